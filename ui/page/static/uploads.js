// Files and folders on their way to the boxes that take articles. Gradio calls this once.
//   - A folder that is dropped is read through, as Gradio's box takes files alone.
//   - A file over the limit is left out, and the others go in: Gradio would refuse them all.
() => {
  // What Gradio does not hand on, taken by the event that takes the files: where each stands in its
  // folder, and which were left out.
  let told = { places: [], large: [] };
  window.sourcebookTold = () => {
    const said = JSON.stringify(told);
    told = { places: [], large: [] };
    return said;
  };

  // What is dropped tells its place by its entry, what is chosen by the file itself.
  let dropped = null;
  const most = () => window.gradio_config?.max_file_size ?? Infinity;
  const carrying = (files) => {
    const all = new DataTransfer();
    files.forEach((file) => all.items.add(file));
    return all.files;
  };

  // Before Gradio's own listener, which reads what is left in the input then.
  document.addEventListener(
    "change",
    (event) => {
      const input = event.target;
      if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
      if (!input.closest(".sb-add")) return;
      const files = [...input.files];
      const places = dropped || files.map((file) => file.webkitRelativePath);
      dropped = null;
      const fits = files.map((file) => file.size <= most());
      const some = fits.some(Boolean); // where none is left, Gradio says why
      told = {
        places: places.filter((_, at) => fits[at] || !some),
        large: some ? files.flatMap((file, at) => (fits[at] ? [] : places[at] || file.name)) : [],
      };
      if (told.large.length) input.files = carrying(files.filter((_, at) => fits[at]));
    },
    true,
  );

  const filesOf = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((done, no) => entry.file(done, no));
      return [[file, entry.fullPath.replace(/^\//, "")]];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, no) => reader.readEntries(done, no));
      if (!some.length) break;
      found.push(...some);
    }
    const parts = [];
    for (const each of found) {
      if (!each.name.startsWith(".")) parts.push(...(await filesOf(each)));
    }
    return parts;
  };

  document.addEventListener(
    "drop",
    async (event) => {
      const box = event.target instanceof Element && event.target.closest(".sb-add .sb-drop");
      if (!box) return;
      const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
      const entries = items.map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const folders = entries.some((entry) => entry.isDirectory);
      const loose = [...event.dataTransfer.files];
      // Files alone that all fit are Gradio's.
      if (!folders && loose.every((file) => file.size <= most())) return;
      const which = folders ? 'input[type="file"][webkitdirectory]' : 'input[type="file"]';
      const input = (folders ? box.closest(".sb-add") : box).querySelector(which);
      if (!input) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      let files = loose;
      if (folders) {
        const found = await Promise.all(entries.map((e) => filesOf(e).catch(() => [])));
        dropped = found.flat().map(([, place]) => place);
        files = found.flat().map(([file]) => file);
      }
      if (!files.length) return;
      input.files = carrying(files);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    true,
  );
}

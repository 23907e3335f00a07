# Sourcebook's API in a container: `sourcebook serve`.
#
#   docker build -t sourcebook .
#   docker run --rm -v sourcebook:/data sourcebook models pull
#   docker run --rm -v sourcebook:/data sourcebook keys create me      # shown once
#   docker run -d -p 127.0.0.1:7861:7861 -v sourcebook:/data sourcebook
#
# Libraries, models, keys and settings lie in the volume. Every version is that of requirements.lock.
# Asked by another name than localhost, add `serve --host 0.0.0.0 --allow-host NAME`.

FROM python:3.11-slim-bookworm AS build

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ git make \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /source
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY index index
COPY rag rag
COPY eval eval
COPY ui ui

# Where pip would take a CUDA build of PyTorch, name the folder or page that has the CPU build.
ARG PIP_FIND_LINKS=""
# For any processor of the kind since 2013, and without AMX, which GCC 12 compiles wrongly.
ENV CMAKE_ARGS="-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF"
RUN python -m venv /opt/sourcebook \
    && /opt/sourcebook/bin/pip install --no-cache-dir --no-binary llama-cpp-python \
        --constraint requirements.lock ".[server,mcp]"

FROM python:3.11-slim-bookworm

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 sourcebook \
    && install --directory --owner=sourcebook --group=sourcebook --mode=700 /data

COPY --from=build /opt/sourcebook /opt/sourcebook

ENV PATH="/opt/sourcebook/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    SOURCEBOOK_LIBRARIES=/data/libraries \
    SOURCEBOOK_MODELS=/data/models \
    SOURCEBOOK_CACHE=/data/cache \
    SOURCEBOOK_SETTINGS=/data/settings.toml

USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 7861
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7861/health', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sourcebook"]
CMD ["serve", "--host", "0.0.0.0"]

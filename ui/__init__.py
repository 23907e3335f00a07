"""Faces: page, command line, set-up. They show what the other rooms decide.

The files by what they are about:

    an answer        render, render_html, render_markdown, render_text, render_notes, citing,
                     differences, escaping
    an article       reading, reader, originals
    the page         server, loopback, door, shelf, library_names, chat, page_parts, words, wiring,
                     warm_up, look, telling
    Ask tab          ask_tab, ask_layout, ask_shown, talk, talk_parts, asking, turnstile,
                     suggesting, answer_door, exporting
    Articles tab     library_tab, library_switch, library_menu, library_trash, library_adding,
                     library_table, library_parts, article_parts, additions, removals
    Evaluate tab     evaluate, evaluating
    Settings tab     settings_tab
    command line     cli, asking_commands, library_commands, sync_command, libraries_command,
                     replaying, model_commands, opening, options, listing, terminal, pace,
                     interrupts, doctor
    sourcebook eval  eval_commands, eval_studies, eval_parts, eval_tables
    the set-up       install, command, llama_build
"""

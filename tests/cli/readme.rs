//! The README's session is what flowport prints. After a change on purpose: `FLOWPORT_BLESS=1 cargo test readme`.

use std::path::Path;

use crate::support::project::{Project, run};

/// One command of the session, with what the README says it prints.
struct Shown<'t> {
    command: &'t str,
    output: &'t str,
}

/// The commands in the `console` blocks, in their order. A blank line before a prompt belongs to no output.
fn session(readme: &str) -> Vec<Shown<'_>> {
    let blocks = readme.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let commands = blocks.flat_map(|block| block.strip_prefix("$ ").unwrap_or(block).split("\n$ "));
    commands
        .map(|text| {
            let (command, output) = text.split_once('\n').unwrap_or((text, ""));
            Shown { command, output: output.trim_end_matches('\n') }
        })
        .collect()
}

/// What a user would see: the results, then the notes.
fn printed(project: &Project, command: &str) -> String {
    let words = words(command);
    let output = match words.split_first() {
        Some((program, arguments)) if program == "flowport" => {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(project.command(&arguments), command.to_owned()).text()
        }
        Some((program, [file])) if program == "cat" => project.read(file),
        _ => panic!("the README runs {command}"),
    };
    output.trim_end_matches('\n').to_owned()
}

/// As a shell splits them: single quotes hold a word together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in command.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

#[test]
fn the_session_in_the_readme_is_what_flowport_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let project = Project::bare();
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("demo")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), project.folder().join(file.file_name())).unwrap();
    }
    let mut blessed = readme.clone();
    let mut wrong = Vec::new();
    let shown = session(&readme);
    assert!(shown.len() >= 8, "the README has lost its session");
    for Shown { command, output } in shown {
        let now = printed(&project, command);
        if now != output {
            blessed = blessed.replacen(&format!("$ {command}\n{output}"), &format!("$ {command}\n{now}"), 1);
            wrong.push(format!("$ {command}\n--- the README says\n{output}\n--- it prints\n{now}\n"));
        }
    }
    if std::env::var_os("FLOWPORT_BLESS").is_some() {
        std::fs::write(&path, blessed).unwrap();
    } else {
        assert!(wrong.is_empty(), "{}\nFLOWPORT_BLESS=1 writes what it prints into the README", wrong.join("\n"));
    }
}

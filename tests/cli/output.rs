//! No command writes its file over something that flowport keeps, whatever the user says.

use crate::support::package::lone_flow;
use crate::support::project::Project;

/// `orders.zip`, unpacked in `tree`; `dev` in a database, and `files` in a folder.
fn with_all_that_flowport_keeps() -> Project {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    project.ok(&["env", "add", "files", "--store", "dir:files"]);
    for environment in ["dev", "files"] {
        project.ok(&["import", environment, "orders.zip", "--yes"]);
    }
    project
}

/// A file of the resource in a tree.
fn definition(project: &Project, tree: &str) -> String {
    let folder = std::fs::read_dir(project.path(&format!("{tree}/flow"))).unwrap().next().unwrap().unwrap();
    format!("{tree}/flow/{}/definition.json", folder.file_name().to_str().unwrap())
}

#[test]
fn what_flowport_keeps_is_not_written_over() {
    let project = with_all_that_flowport_keeps();
    let (of_tree, of_files) = (definition(&project, "tree"), definition(&project, "files"));
    let kept = [
        ("flowport.toml", "the project"),
        (".flowport/dev.db", "flowport's own files"),
        (".flowport/new.json", "flowport's own files"),
        ("tree/package.json", "the unpacked package in"),
        (&of_tree, "the unpacked package in"),
        ("files/package.json", "the environment files"),
        (&of_files, "the environment files"),
    ];
    for (file, whose) in kept {
        let before = std::fs::read(project.path(file)).ok();
        for command in [
            &["inspect", "orders.zip", "--html"][..],
            &["plan", "dev", "orders.zip", "--html"],
            &["diff", "dev", "files", "--html"],
            &["convert", "orders.zip"],
            &["pack", "tree"],
            &["export", "dev", "--all", "--include-drafts", "--format", "json", "-o"],
        ] {
            let run = project.run(&[command, &[file, "--overwrite"]].concat()).exits(2);
            run.says_all(&[file, "this belongs to", whose, "name another file"]);
        }
        assert!(std::fs::read(project.path(file)).ok() == before, "{file}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(project.path(".flowport/dev.db"), project.path("link.zip")).unwrap();
        project.run(&["convert", "orders.zip", "link.zip", "--overwrite"]).exits(2).says("this belongs to");
    }
}

#[test]
fn what_lies_beside_it_is_the_users() {
    let project = with_all_that_flowport_keeps();
    for file in ["tree/new.zip", "files/new.zip", "new.zip"] {
        project.ok(&["convert", "orders.zip", file]);
        project.ok(&["pack", "tree", file, "--overwrite"]);
    }
}

//! A killed run leaves the old files or the new ones, and the next command works.

use crate::kill::{FLOWS, kill_after, moments, package, start};
use crate::support::project::Project;

/// Adds an environment in a folder of its name.
fn add(project: &Project, name: &str) {
    project.ok(&["env", "add", name, "--store", &format!("dir:{name}")]);
}

#[test]
fn a_killed_import_into_a_folder_wrote_everything_or_nothing() {
    let project = Project::new();
    let old = package(FLOWS);
    project.write("old.json", &old);
    project.write("new.json", old.replace("\"type\":\"timer\"", "\"type\":\"webhook\""));
    add(&project, "whole");
    let first = project.ok(&["import", "whole", "old.json", "--yes"]).took;
    let second = project.ok(&["import", "whole", "new.json", "--yes"]).took;
    let mut killed = 0;
    for (number, (first, second)) in
        moments(first).zip(moments(second)).enumerate().filter(|(number, _)| number % 4 == 0)
    {
        let name = format!("e{number}");
        add(&project, &name);
        killed += usize::from(kill_after(start(&project, &["import", &name, "old.json", "--yes"]), first));
        let there = project.ids(&name).len();
        assert!(there == 0 || there == FLOWS, "{there} of {FLOWS} after a kill at {first:?}");
        project.ok(&["import", &name, "old.json", "--yes"]);
        killed += usize::from(kill_after(start(&project, &["import", &name, "new.json", "--yes"]), second));
        let is_no_change = |package: &str| {
            let plan = project.run(&["plan", &name, package, "--detailed-exitcode"]);
            assert!(matches!(plan.exit, Some(0 | 3)), "{plan}");
            plan.exit == Some(0)
        };
        assert!(is_no_change("old.json") ^ is_no_change("new.json"), "neither old nor new after a kill at {second:?}");
        project.ok(&["import", &name, "new.json", "--yes"]);
        assert_eq!(super::files(&project.path(&name)).len(), super::files(&project.path("whole")).len());
    }
    assert!(killed > 0, "no run was killed");
}

#[test]
fn a_killed_unpack_left_the_old_tree_or_the_new_one() {
    let project = Project::new();
    let old = package(FLOWS);
    project.write("old.json", &old);
    project.write("new.json", old.replace("\"type\":\"timer\"", "\"type\":\"webhook\""));
    project.ok(&["unpack", "old.json", "whole"]);
    let whole = project.ok(&["unpack", "new.json", "whole", "--overwrite"]).took;
    project.ok(&["pack", "whole", "expected-new.json"]);
    project.ok(&["unpack", "old.json", "tree"]);
    project.ok(&["pack", "tree", "expected-old.json"]);
    let (old, new) = (project.read("expected-old.json"), project.read("expected-new.json"));
    let mut killed = 0;
    for moment in moments(whole).step_by(3) {
        project.ok(&["unpack", "old.json", "tree", "--overwrite"]);
        killed += usize::from(kill_after(start(&project, &["unpack", "new.json", "tree", "--overwrite"]), moment));
        project.ok(&["pack", "tree", "found.json", "--overwrite"]);
        let found = project.read("found.json");
        assert!(found == old || found == new, "neither the old tree nor the new one after a kill at {moment:?}");
    }
    assert!(killed > 0, "no run was killed");
}

use flowport_core::lock::Holder;

use super::*;
use crate::lock::LOCK;

fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), "old").unwrap();
    fs::create_dir_all(folder.path().join("kind")).unwrap();
    fs::create_dir_all(folder.path().join("old/x")).unwrap();
    fs::write(folder.path().join("old/x/gone.json"), "old").unwrap();
    folder
}

fn read(root: &Path, path: &str) -> Option<String> {
    fs::read_to_string(root.join(path)).ok()
}

fn held_by_ana(root: &Path) -> Hold {
    Hold::take(root, &Holder::this_process("ana", "", "2026-01-01T00:00:00Z")).unwrap()
}

fn changes(hold: &Hold) -> Transaction<'_> {
    let transaction = Transaction::begin(hold).unwrap();
    transaction.write_text("a.json", "new").unwrap();
    transaction.write_text("kind/y/b.json", "new").unwrap();
    transaction.remove("old/x/gone.json").unwrap();
    transaction
}

#[test]
fn all_changes_are_made_and_empty_folders_go() {
    let folder = tree();
    let root = folder.path();
    let hold = held_by_ana(root);
    assert!(changes(&hold).commit().unwrap());
    assert_eq!((read(root, "a.json").as_deref(), read(root, "kind/y/b.json").as_deref()), (Some("new"), Some("new")));
    assert!(!root.join("old").exists() && root.join("kind").exists());
    assert!(!changes(&hold).commit().unwrap(), "nothing is left to change");
}

#[test]
fn without_a_record_nothing_has_happened() {
    let folder = tree();
    let root = folder.path();
    let hold = held_by_ana(root);
    // Killed: nothing is dropped.
    std::mem::forget(changes(&hold));
    drop(hold);
    assert_eq!(settled(root, None, || Ok(read(root, "a.json"))).unwrap().as_deref(), Some("old"));
    let hold = held_by_ana(root);
    assert!(!Transaction::begin(&hold).unwrap().commit().unwrap());
    assert!(read(root, "old/x/gone.json").is_some() && !root.join("kind/y").exists());
}

#[test]
fn with_a_record_the_next_one_finishes_it_wherever_it_stopped() {
    // Two files to be moved, then one that goes, and the folder that it leaves empty.
    for steps in 0..=4 {
        let folder = tree();
        let root = folder.path();
        let hold = held_by_ana(root);
        let transaction = changes(&hold);
        let written = transaction.written.lock().unwrap().clone();
        let removed = transaction.removed.lock().unwrap().clone();
        let text =
            Record { hold: Some(hold.number()), written: written.clone(), removed }.to_text(&transaction.private);
        fs::write(transaction.private.join(COMMIT), text).unwrap();
        for (number, path) in written.iter().enumerate().take(steps) {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::rename(transaction.staged(number), root.join(path)).unwrap();
        }
        if steps > 2 {
            fs::remove_file(root.join("old/x/gone.json")).unwrap();
        }
        if steps > 3 {
            fs::remove_dir(root.join("old/x")).unwrap();
        }
        std::mem::forget(transaction);
        drop(hold);
        assert_eq!(settled(root, None, || Ok(read(root, "a.json"))).unwrap().as_deref(), Some("new"));
        assert!(read(root, "kind/y/b.json").is_some() && !root.join("old").exists(), "after {steps} steps");
        assert!(!root.join(PRIVATE).join(COMMIT).exists() && !staging(&root.join(PRIVATE), Some(1)).exists());
    }
}

#[test]
fn what_one_left_unfinished_it_finishes_before_it_begins_again() {
    let folder = tree();
    let root = folder.path();
    let hold = held_by_ana(root);
    let transaction = changes(&hold);
    let written = transaction.written.lock().unwrap().clone();
    let record = Record { hold: Some(hold.number()), written, removed: Vec::new() };
    fs::write(transaction.private.join(COMMIT), record.to_text(&transaction.private)).unwrap();
    drop(transaction);
    let _next = Transaction::begin(&hold).unwrap();
    assert_eq!(read(root, "a.json").as_deref(), Some("new"));
}

#[test]
fn whose_lock_was_taken_away_decides_nothing_though_nobody_came() {
    let folder = tree();
    let root = folder.path();
    let hold = held_by_ana(root);
    let transaction = changes(&hold);
    fs::remove_file(root.join(PRIVATE).join(LOCK)).unwrap();
    let error = transaction.commit().unwrap_err();
    assert!(matches!(&error, TreeError::Replaced { by: None, .. }), "{error}");
    assert_eq!(read(root, "a.json").as_deref(), Some("old"));
}

#[test]
fn a_record_that_is_not_in_force_goes_with_its_files() {
    let folder = tree();
    let root = folder.path();
    let late = held_by_ana(root);
    let transaction = changes(&late);
    let written = transaction.written.lock().unwrap().clone();
    let part = transaction.stage_record(&Record { hold: Some(late.number()), written, removed: Vec::new() }).unwrap();
    assert!(part.exists());
    fs::remove_file(root.join(PRIVATE).join(LOCK)).unwrap();
    let _second = held_by_ana(root);
    assert!(!part.exists(), "it could be put in force over what the second one does");
}

#[test]
fn a_record_that_leads_elsewhere_is_refused() {
    for path in ["../x", "/etc/x", ".git/hooks/x", "kind/../../x", "a\\..\\x", ".flowport/lock", "C:/x"] {
        let folder = tree();
        let root = folder.path();
        // As an older flowport left it.
        let staging = staging(&root.join(PRIVATE), None);
        fs::create_dir_all(&staging).unwrap();
        fs::write(staging.join("0"), "evil").unwrap();
        for (written, removed) in [(vec![path.to_owned()], vec![]), (vec![], vec![path.to_owned()])] {
            let record = Record { hold: None, written, removed }.to_text(&root.join(PRIVATE));
            fs::write(root.join(PRIVATE).join(COMMIT), record).unwrap();
            let error = settled(root, None, || Ok(())).unwrap_err();
            assert!(matches!(error, TreeError::Taken { .. }), "{path}: {error}");
        }
    }
}

#[test]
fn what_is_in_the_way_is_told_before_anything_is_decided() {
    for (path, is_folder) in [("kind/y", false), ("kind", false), ("kind/y/b.json", true), ("a.json", true)] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let way = root.join(path);
        fs::create_dir_all(if is_folder { &way } else { way.parent().unwrap() }).unwrap();
        if !is_folder {
            fs::write(&way, "mine").unwrap();
        }
        let hold = held_by_ana(root);
        let error = changes(&hold).commit().unwrap_err();
        assert!(matches!(&error, TreeError::Taken { path, .. } if *path == way), "{path}: {error}");
        assert!(error.to_string().ends_with("move it away"), "{error}");
        assert!(!root.join(PRIVATE).join(COMMIT).exists() && read(root, "a.json").is_none());
        settled(root, None, || Ok(())).unwrap();
    }
}

#[test]
fn what_comes_in_the_way_after_the_decision_is_told_and_once_mended_the_next_one_finishes_it() {
    let folder = tree();
    let root = folder.path();
    let hold = held_by_ana(root);
    let transaction = changes(&hold);
    let (written, removed) = (vec!["a.json".to_owned(), "kind/y/b.json".to_owned()], Vec::new());
    let record = Record { hold: Some(hold.number()), written, removed };
    fs::write(transaction.private.join(COMMIT), record.to_text(&transaction.private)).unwrap();
    fs::write(root.join("kind/y"), "mine").unwrap();
    drop(transaction);
    drop(hold);
    for _ in 0..2 {
        let error = settled(root, None, || Ok(())).unwrap_err();
        assert!(matches!(&error, TreeError::Pending(_)), "{error}");
        let text = error.to_string();
        assert!(text.contains("move it away; mend that, and the next command finishes it"), "{text}");
    }
    fs::remove_file(root.join("kind/y")).unwrap();
    assert_eq!(settled(root, None, || Ok(read(root, "kind/y/b.json"))).unwrap().as_deref(), Some("new"));
}

#[cfg(unix)]
#[test]
fn no_link_is_written_through() {
    let folder = tree();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("flow")).unwrap();
    let hold = held_by_ana(folder.path());
    let transaction = Transaction::begin(&hold).unwrap();
    assert!(matches!(transaction.write_text("flow/x", "x"), Err(TreeError::Taken { .. })));
}

use flowport_core::lock::Holder;

use super::*;
use crate::lock::LOCK;
use crate::transaction::Transaction;

fn hold(root: &Path, owner: &str) -> Hold {
    Hold::take(root, &Holder::this_process(owner, "", "2026-01-01T00:00:00Z")).unwrap()
}

#[test]
fn who_comes_late_has_nothing_left_to_decide_with() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let late = hold(root, "ana");
    let transaction = Transaction::begin(&late).unwrap();
    transaction.write_text("a.json", "late").unwrap();
    fs::remove_file(root.join(PRIVATE).join(LOCK)).unwrap();
    let second = hold(root, "ben");
    assert!(!staging(&root.join(PRIVATE), Some(late.number())).exists());
    assert!(matches!(transaction.write_text("b.json", "late"), Err(TreeError::Replaced { .. })));
    let error = transaction.commit().unwrap_err();
    assert!(matches!(&error, TreeError::Replaced { by: Some(ben), .. } if ben.owner == "ben"), "{error}");
    assert!(matches!(Transaction::begin(&late).map(drop), Err(TreeError::Replaced { .. })));
    let transaction = Transaction::begin(&second).unwrap();
    transaction.write_text("a.json", "ben's").unwrap();
    assert!(transaction.commit().unwrap());
    assert_eq!(fs::read_to_string(root.join("a.json")).unwrap(), "ben's");
}

#[test]
fn what_was_decided_in_time_counts_though_its_files_were_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let private = root.join(PRIVATE);
    drop(hold(root, "ana"));
    // Whoever put them aside was killed before it looked whether the record is there.
    fs::create_dir(private.join(ASIDE)).unwrap();
    fs::write(private.join(ASIDE).join("0"), "ana's").unwrap();
    let record = Record { hold: Some(1), written: vec!["a.json".to_owned()], removed: Vec::new() };
    fs::write(private.join(COMMIT), record.to_text(&private)).unwrap();
    drop(hold(root, "ben"));
    assert_eq!(fs::read_to_string(root.join("a.json")).unwrap(), "ana's");
    assert!(!private.join(ASIDE).exists() && !private.join(COMMIT).exists());
}

#[test]
fn what_was_decided_just_before_its_files_were_put_aside_counts_too() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let private = root.join(PRIVATE);
    let hold = hold(root, "ben");
    // Nothing was decided yet when ben looked first.
    let late = staging(&private, Some(7));
    fs::create_dir(&late).unwrap();
    fs::write(late.join("0"), "ana's").unwrap();
    let record = Record { hold: Some(7), written: vec!["a.json".to_owned()], removed: Vec::new() };
    fs::write(private.join(COMMIT), record.to_text(&private)).unwrap();
    put_aside(&late, &hold).unwrap();
    assert_eq!(fs::read_to_string(root.join("a.json")).unwrap(), "ana's");
    assert!(!private.join(ASIDE).exists() && !private.join(COMMIT).exists());
}

#[test]
fn what_cannot_be_put_aside_whole_is_not_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let private = root.join(PRIVATE);
    let hold = hold(root, "ben");
    let late = staging(&private, Some(7));
    for folder in [&late, &private.join(ASIDE)] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("0"), "somebody's").unwrap();
    }
    // While its folder is in place, its writer can still decide.
    put_aside(&late, &hold).unwrap_err();
    assert!(late.join("0").exists());
}

#[test]
fn what_nobody_decided_goes_with_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    drop(hold(root, "ana"));
    // Many, as nobody knows in which order a folder names them.
    let others = (10..30).map(|number| staging(&root.join(PRIVATE), Some(number)));
    for folder in others.chain([STAGING, ASIDE].map(|name| root.join(PRIVATE).join(name))) {
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("0"), "nobody's").unwrap();
    }
    drop(hold(root, "ben"));
    let left = fs::read_dir(root.join(PRIVATE)).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with(STAGING)));
}

#[test]
fn who_finishes_a_change_stops_where_another_one_took_over() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let late = hold(root, "ana");
    fs::remove_file(root.join(PRIVATE).join(LOCK)).unwrap();
    let _second = hold(root, "ben");
    fs::write(root.join("gone.json"), "ben's").unwrap();
    let record = Record { hold: Some(1), written: Vec::new(), removed: vec!["gone.json".to_owned()] };
    let staging = staging(&root.join(PRIVATE), Some(1));
    assert!(matches!(make(root, &staging, &record, Some(&late)), Err(TreeError::Replaced { .. })));
    assert!(root.join("gone.json").exists());
}

#[test]
fn who_comes_late_closes_no_record_of_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let private = root.join(PRIVATE);
    let late = hold(root, "ana");
    fs::remove_file(private.join(LOCK)).unwrap();
    let second = hold(root, "ben");
    let staging = staging(&private, Some(second.number()));
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join("0"), "ben's").unwrap();
    let record = Record { hold: Some(second.number()), written: vec!["a.json".to_owned()], removed: Vec::new() };
    fs::write(private.join(COMMIT), record.to_text(&private)).unwrap();
    assert!(matches!(roll_forward(root, Some(&late)), Err(TreeError::Replaced { .. })));
    assert!(private.join(COMMIT).exists());
    roll_forward(root, Some(&second)).unwrap();
    assert_eq!(fs::read_to_string(root.join("a.json")).unwrap(), "ben's");
}

#[test]
fn a_new_folder_is_synced_up_to_the_root_as_is_one_that_lost_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let private = root.join(PRIVATE);
    let staging = staging(&private, Some(1));
    for folder in [staging.clone(), root.join("old/x"), root.join("kept/x")] {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(staging.join("0"), "new").unwrap();
    fs::write(root.join("old/x/gone.json"), "old").unwrap();
    fs::write(root.join("kept/x/gone.json"), "old").unwrap();
    fs::write(root.join("kept/kept.json"), "old").unwrap();
    let written = vec!["flow/x/a/b.json".to_owned()];
    let removed = vec!["old/x/gone.json".to_owned(), "kept/x/gone.json".to_owned()];
    let changed = make(root, &staging, &Record { hold: Some(1), written, removed }, None).unwrap();
    for path in ["flow/x/a", "flow/x", "flow", "", "kept"] {
        assert!(changed.contains(&root.join(path)), "{path}");
    }
    assert!(changed.iter().all(|folder| folder.starts_with(root)), "{changed:?}");
}

//! Whoever is killed while writing leaves the old state or the new one.

mod common;

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{NOW, head, id, part};
use flowport_core::environment::{Environment, Expected, ReadEnvironment, Write};
use flowport_core::history::Cause;
use flowport_core::model::{Inspection, Resource};
use rusqlite::Connection;

const RESOURCES: usize = 300;
const MOMENTS: usize = 20;
const DATABASE: &str = "FLOWPORT_TEST_KILLED_DATABASE";
const GENERATION: &str = "FLOWPORT_TEST_KILLED_GENERATION";

fn writes(generation: usize) -> Vec<Write> {
    let write = |number: usize| {
        let large = format!("{number} {generation} ").repeat(5000);
        let parts = vec![part("generation", generation.to_string()), part("large", large), part("same", "same")];
        let inspection = Inspection { identities: vec![format!("generation:{generation}")], ..Inspection::default() };
        let resource = Resource { head: head(id(&format!("flow/{number}"))), parts };
        Write::Put { resource, inspection, owners: None, expected: Expected::Anything, secrets: Vec::new() }
    };
    (0..RESOURCES).map(write).collect()
}

/// Says after each write how many there are, which is when it may be killed.
fn child(path: &Path, generation: usize) {
    let mut environment = common::open(path).unwrap();
    let mut out = std::io::stdout();
    let say = &mut |done| {
        // Nobody listens any more: the kill is on its way.
        let _ = writeln!(out, "\nwritten {done}").and_then(|()| out.flush());
    };
    environment.apply(&Cause::by("child", NOW, "put"), &writes(generation), say).unwrap();
}

/// Kills a child that writes `generation` after `moment` writes.
fn kill(path: &Path, generation: usize, moment: usize) {
    let this = "a_kill_at_any_moment_leaves_the_old_state_or_the_new_one";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this, "--nocapture"])
        .env(DATABASE, path)
        .env(GENERATION, generation.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wanted = format!("written {moment}");
    let out = BufReader::new(child.stdout.take().unwrap());
    assert!(out.lines().any(|line| line.unwrap() == wanted), "the child ended before it wrote {moment}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The one generation that all resources are of.
fn generation(path: &Path) -> usize {
    let environment = common::open(path).unwrap();
    let list = environment.list().unwrap();
    assert_eq!(list.len(), RESOURCES);
    let read = |index: usize, part: usize| {
        let resource = environment.get(&list[index].head.id).unwrap().unwrap();
        String::from_utf8(resource.parts[part].content.read_all().unwrap()).unwrap()
    };
    let first: usize = read(0, 0).parse().unwrap();
    for (index, summary) in list.iter().enumerate() {
        assert_eq!(read(index, 0), first.to_string());
        assert!(read(index, 1) == format!("{} {first} ", summary.head.id.id).repeat(5000));
    }
    assert_eq!(environment.find(&format!("generation:{first}")).unwrap().len(), RESOURCES);

    let connection = Connection::open(path).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let unheld = "SELECT count(*) FROM content WHERE serial NOT IN (SELECT content FROM part)
                  AND serial NOT IN (SELECT content FROM image_part)";
    assert_eq!(connection.query_row(unheld, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    first
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_state_or_the_new_one() {
    if let (Some(path), Ok(generation)) = (std::env::var_os(DATABASE), std::env::var(GENERATION)) {
        return child(Path::new(&path), generation.parse().unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    common::open(&path).unwrap().apply(&Cause::by("test", NOW, "put"), &writes(0), &mut |_| ()).unwrap();
    let mut old = 0;
    for moment in 1..=MOMENTS {
        // The last ones fall on the commit.
        let after = (moment * RESOURCES / (MOMENTS - 4)).min(RESOURCES);
        kill(&path, moment, after);
        let now = generation(&path);
        assert!(now == old || now == moment, "generation {now} after {old} and {moment}");
        if after < RESOURCES {
            assert_eq!(now, old, "nothing is committed before the last write");
        }
        old = now;
    }
    // Nobody holds it, and it can be written.
    common::open(&path).unwrap().apply(&Cause::by("test", NOW, "put"), &writes(99), &mut |_| ()).unwrap();
    assert_eq!(generation(&path), 99);
}

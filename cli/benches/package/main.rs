//! The main job, measured: `cargo bench -p flowport --bench package`. docs/benchmarks.md holds the figures and says how to read
//! them. `FLOWPORT_BENCH_FLOWS` sets the size of the large package.

mod boomi;
mod conversion;
mod generate;
mod native;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use flowport_core::apply::{Applied, apply};
use flowport_core::content::Hash;
use flowport_core::decode::{Decoded, decode};
use flowport_core::diff::{Options, Side, diff};
use flowport_core::encode::FileInput;
use flowport_core::environment::ReadEnvironment;
use flowport_core::history::{Brought, Cause, Package};
use flowport_core::inspect::{Inspected, inspect_all};
use flowport_core::lock::Holder;
use flowport_core::plan::{Plan, Request, plan};
use flowport_core::plugin::Input;
use flowport_core::registry::Registry;
use flowport_core::secrets::Secrets;
use flowport_core::settings::{Settings, SetupEntry};
use flowport_runtime::{Limits, Runtime};
use flowport_secrets::Vault;
use flowport_store::{SqliteEnvironment, SqliteReader};

fn main() {
    let flows = std::env::var("FLOWPORT_BENCH_FLOWS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    // `cargo test --benches` only wants to know that it runs.
    let (flows, runs) = if std::env::args().any(|argument| argument == "--bench") { (flows, 5) } else { (20, 1) };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let large = folder.path().join("large.zip");
    generate::app_package(&large, flows);
    let registry = registry();

    println!("one app and {flows} flows, {} KiB packed", std::fs::metadata(&large).map_or(0, |file| file.len() / 1024));
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    assert_eq!(native::decode_and_inspect(&large), found(&read(&registry, &large).1), "the same work");
    let native = median(runs, || native::decode_and_inspect(&large));
    let decoded = median(runs, || decode_only(&registry, &large));
    let ours = median(runs, || one_core.install(|| read(&registry, &large)));
    let both = median(runs, || read(&registry, &large));
    show("native, zip and serde_json, one core", native, flows);
    show("decode", decoded, flows);
    show("decode and inspect, one core", ours, flows);
    show("decode and inspect, all cores", both, flows);
    println!("  ratio to native, one core: {:.2}", ours.as_secs_f64() / native.as_secs_f64());

    // Three files each: more do not fit under the limit of 100,000 entries.
    for count in [flows / 10, flows * 3] {
        let path = folder.path().join(format!("{count}.zip"));
        generate::app_package(&path, count);
        show(
            &format!("decode and inspect of {count} flows, one core"),
            median(1, || one_core.install(|| read(&registry, &path))),
            count,
        );
    }

    plan_and_apply(&registry, &large, &folder.path().join("target.db"), flows, runs);
    for count in [flows / 10, flows * 10] {
        let path = folder.path().join(format!("{count}.json"));
        generate::picklists(&path, count);
        println!("{count} picklists in flowport JSON");
        show("decode and inspect, all cores", median(runs, || read(&registry, &path)), count);
        plan_and_apply(&registry, &path, &folder.path().join(format!("{count}.db")), count, runs);
    }
    compare(&registry, &large, folder.path(), flows, runs);
    crowded(&registry, folder.path(), flows, runs);
    boomi::measure(&registry, folder.path(), (flows / 10).max(20), runs);
    conversion::measure(&registry, folder.path(), (flows / 10).max(20), runs);
    small(&folder.path().join("small.zip"), runs);
}

fn registry() -> Registry {
    let runtime = Runtime::new(Limits::default()).expect("this machine runs WebAssembly");
    let mut registry = Registry::default();
    for precompiled in flowport_bundle::PLUGINS {
        let plugin = runtime.load_precompiled(precompiled).expect("a bundled plugin loads");
        if let Some(handler) = plugin.handler().expect("a handler") {
            registry.add_handler(handler, false).expect("no conflict");
        }
        if let Some(codec) = plugin.codec().expect("a codec") {
            registry.add_codec(codec, false).expect("no conflict");
        }
    }
    registry
}

fn decode_only(registry: &Registry, path: &std::path::Path) -> Decoded {
    let input: Arc<dyn Input> = Arc::new(FileInput::open(path).expect("the package"));
    decode(registry, &input, None).expect("a package")
}

fn read(registry: &Registry, path: &std::path::Path) -> (Decoded, Vec<Inspected>) {
    let decoded = decode_only(registry, path);
    let inspected = inspect_all(registry, &decoded.package, &|| ());
    assert!(
        inspected.iter().all(|entry| !entry.inspection.diagnostics.iter().any(|found| found.is_error())),
        "a sound package"
    );
    assert!(
        !decoded.diagnostics.iter().any(|found| found.is_error()),
        "a sound package: {:?}",
        decoded.diagnostics.first()
    );
    (decoded, inspected)
}

/// All that flowport found.
fn found(inspected: &[Inspected]) -> native::Found {
    let parts = inspected.iter().flat_map(|entry| &entry.view.parts);
    let hashes = parts.clone().map(|part| usize::from(part.content.hash().0[0])).sum();
    let parts = native::Found { parts: parts.count(), hashes, ..native::Found::default() };
    let each = inspected.iter().map(|entry| &entry.inspection);
    each.fold(parts, |sum, inspection| native::Found {
        references: sum.references + inspection.references.len(),
        literals: sum.literals + inspection.literals.len(),
        secrets: sum.secrets + inspection.secrets.len(),
        ..sum
    })
}

/// A package that is planned and applied.
struct Planning<'a> {
    registry: &'a Registry,
    decoded: Decoded,
    inspected: Vec<Inspected>,
    settings: Settings,
}

impl<'a> Planning<'a> {
    /// What the package asks is answered: its connections are created.
    fn of(registry: &'a Registry, path: &Path) -> Planning<'a> {
        let (decoded, inspected) = read(registry, path);
        let create = SetupEntry { action: Some(flowport_core::model::Action::Create), ..SetupEntry::default() };
        let ids = decoded.package.resources.iter().map(|entry| &entry.resource.head.id);
        let connections = ids.filter(|id| id.kind.as_str() == "connection");
        let setup = connections.map(|id| (id.to_string(), create.clone())).collect();
        Planning { registry, settings: Settings { setup, ..Settings::default() }, decoded, inspected }
    }

    fn plan(&self, target: &Arc<dyn ReadEnvironment>) -> Plan {
        let request = Request {
            package: &self.decoded.package,
            inspected: &self.inspected,
            found: &self.decoded.diagnostics,
            settings: &self.settings,
            secrets: &[],
            sealed: &Secrets::default(),
            source: SOURCE,
            publish: false,
        };
        let plan = plan(self.registry, target, &request, &|| ()).expect("a plan");
        assert!(!plan.is_blocked(), "{:?}", plan.findings().find(|found| found.is_error()));
        plan
    }
}

/// Where the packages come from.
const SOURCE: &str = "bench";

fn import(plan: &Plan, environment: &mut SqliteEnvironment) -> Applied {
    let package = Package { name: "bench".to_owned(), hash: Hash::of(b"bench"), source: SOURCE.to_owned() };
    let brought = Brought { package, came: Vec::new() };
    let cause = Cause { brought: Some(brought), ..Cause::by("bench", "2026-11-20T00:00:00Z", "import") };
    apply(plan, environment, cause, &mut |_| ()).expect("applied")
}

fn vault(store: &Path) -> Arc<Vault> {
    Arc::new(Vault::at(&store.with_extension("key")))
}

fn reader(store: &Path) -> Arc<dyn ReadEnvironment> {
    Arc::new(SqliteReader::open("bench", store).expect("the store").with_vault(vault(store)))
}

fn writer(store: &Path) -> SqliteEnvironment {
    SqliteEnvironment::open("bench", store, &Holder::this_process("bench", "", "2026-11-20T00:00:00Z"))
        .expect("the store")
        .with_vault(vault(store))
}

fn plan_and_apply(registry: &Registry, path: &Path, store: &Path, flows: usize, runs: usize) {
    let planning = Planning::of(registry, path);
    let planned = || planning.plan(&reader(store));
    show("plan into an empty target", median(runs, planned), flows);
    let ready = planned();
    let applied = median(runs, || {
        flowport_store::remove("bench", store).expect("removed");
        import(&ready, &mut writer(store))
    });
    show("apply it", applied, flows);
    assert!(!planned().has_changes());
    show("plan it again: no changes", median(runs, planned), flows);
}

/// A package of which each flow has changed, into a target that has them, and ten times as much beside them.
fn crowded(registry: &Registry, folder: &Path, flows: usize, runs: usize) {
    let (store, path) = (folder.join("crowded.db"), folder.join("others.json"));
    generate::picklists(&path, flows * 9);
    for before in [path, folder.join("large.zip")] {
        import(&Planning::of(registry, &before).plan(&reader(&store)), &mut writer(&store));
    }
    let planning = Planning::of(registry, &folder.join("all.zip"));
    let there = reader(&store).list().expect("the list").len();
    println!("{flows} changed flows into a target that holds {there} resources");
    show("plan", median(runs, || planning.plan(&reader(&store))), flows);
    let ready = planning.plan(&reader(&store));
    show("apply it", median(1, || import(&ready, &mut writer(&store))), flows);
}

/// Two packages of which one flow in a hundred differs, then all of them.
fn compare(registry: &Registry, before: &Path, folder: &Path, flows: usize, runs: usize) {
    let some = folder.join("some.zip");
    generate::app_package_of(&some, flows, &|number| usize::from(number % 100 == 0));
    let all = folder.join("all.zip");
    generate::app_package_of(&all, flows, &|_| 1);
    let both = |after: &Path| {
        let (before, after) = rayon::join(|| decode_only(registry, before), || decode_only(registry, after));
        [before, after].map(|decoded| Side::of_package(decoded.package))
    };
    let differences = |sides: &[Side; 2]| {
        diff(registry, &sides[0], &sides[1], &Options::default()).expect("both sides can be read").resources.len()
    };
    println!("diff of two packages of {flows} resources");
    show("decode both and compare, one flow in 100 changed", median(runs, || differences(&both(&some))), flows);
    for (what, after, changed) in
        [("compare, one flow in 100 changed", &some, flows.div_ceil(100)), ("compare, all changed", &all, flows)]
    {
        let sides = both(after);
        assert_eq!(differences(&sides), changed);
        show(what, median(runs, || differences(&sides)), flows);
    }
}

/// The program itself, from process start to its end.
fn small(path: &std::path::Path, runs: usize) {
    generate::flow_package(path);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowport"));
        let status =
            command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("flowport starts");
        assert!(status.success());
    };
    let path = path.display().to_string();
    show("process: flowport --version", median(runs * 4, || run(&["--version"])), 1);
    show("process: flowport inspect of one small flow", median(runs * 4, || run(&["inspect", &path])), 1);
}

fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..runs.max(1))
        .map(|_| {
            let started = Instant::now();
            let result = work();
            let elapsed = started.elapsed();
            drop(result);
            elapsed
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn show(what: &str, time: Duration, count: usize) {
    let each = time.as_secs_f64() * 1e6 / count.max(1) as f64;
    println!("  {what:<52} {:>9.1} ms {each:>9.1} µs each", time.as_secs_f64() * 1e3);
}

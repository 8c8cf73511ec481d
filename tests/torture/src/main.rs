//! Runs the torture and says what came out.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use flowport_torture::{
    Arena, FAILURES, Moment, Operation, Program, Shim, Store, Tally, at_every_write, at_random_moments, failing_writes,
    pairs, writes,
};

/// Kills flowport, fails its writes, and sets two on one environment
#[derive(Parser)]
struct Arguments {
    /// All of it: 1,000 random kills in each store, every write, 1,000 rounds of two at once. Without it, a tenth
    #[arg(long)]
    full: bool,
    /// Where random moments begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this part
    #[arg(long)]
    only: Option<Part>,
    /// Only this store
    #[arg(long)]
    store: Option<StoreName>,
    /// The binary (default: the one beside this program, built first)
    #[arg(long)]
    program: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Kill at random moments
    Moments,
    /// Kill at every write
    Writes,
    /// Fail every write
    Failures,
    /// Two imports at once
    Pairs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StoreName {
    Sqlite,
    Dir,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match torture(&arguments) {
        Ok(tally) if tally.broken.is_empty() => {
            println!("all {} tries held", tally.tries);
            ExitCode::SUCCESS
        }
        Ok(tally) => {
            println!("{} of {} tries broke something", tally.broken.len(), tally.tries);
            ExitCode::FAILURE
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

fn torture(arguments: &Arguments) -> Result<Tally, String> {
    let program = program(arguments)?;
    let shim = Shim::build().map_err(|why| why.to_string())?;
    let part = |part: Part| arguments.only.is_none_or(|only| only == part);
    let stores = [(StoreName::Sqlite, Store::Sqlite), (StoreName::Dir, Store::Dir)];
    let step = if arguments.full { 1 } else { 10 };
    let mut all = Tally::default();
    let mut report = |what: String, work: &mut dyn FnMut() -> Tally| {
        let started = Instant::now();
        let tally = work();
        println!("{what}: {tally} ({} s)", started.elapsed().as_secs());
        all.add(tally);
    };
    for (_, store) in stores.into_iter().filter(|(name, _)| arguments.store.is_none_or(|only| only == *name)) {
        for operation in Operation::ALL {
            if arguments.only == Some(Part::Pairs) {
                break;
            }
            let arena = Arena::new(&program, store, operation)?;
            let count = writes(&arena, &shim)?.len();
            // One more: behind the last nothing is disturbed.
            let numbers = || (1..=count + 1).step_by(step);
            if part(Part::Moments) {
                let mut random = fastrand::Rng::with_seed(arguments.seed);
                let mut work = || at_random_moments(&arena, (1000 / step).div_ceil(Operation::ALL.len()), &mut random);
                report(format!("{store} {operation}, killed at random moments"), &mut work);
            }
            if part(Part::Writes) {
                for (moment, word) in [(Moment::Before, "before"), (Moment::Within, "within")] {
                    let mut work = || at_every_write(&arena, &shim, moment, numbers());
                    report(format!("{store} {operation}, killed {word} each of {count} writes"), &mut work);
                }
            }
            if part(Part::Failures) {
                for (index, (name, ..)) in FAILURES.iter().enumerate() {
                    for (once, word) in [(true, "once"), (false, "from there on")] {
                        let mut work = || failing_writes(&arena, &shim, index, once, numbers());
                        report(format!("{store} {operation}, {name} at each of {count} writes, {word}"), &mut work);
                    }
                }
            }
        }
        if part(Part::Pairs) {
            for (wait, word) in [(false, "without"), (true, "with")] {
                let mut work = || pairs(&program, store, wait, 1000 / step as u32);
                report(format!("{store}, two at once, {word} --wait"), &mut work);
            }
        }
    }
    Ok(all)
}

/// The binary of the same build, made now where cargo runs this.
fn program(arguments: &Arguments) -> Result<Program, String> {
    if let Some(path) = &arguments.program {
        return path.canonicalize().map(Program::at).map_err(|why| format!("{}: {why}", path.display()));
    }
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut build = Command::new(cargo);
        build.args(["build", "--package", "flowport"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let status = build.status().map_err(|why| format!("cargo build: {why}"))?;
        if !status.success() {
            return Err("flowport does not build".to_owned());
        }
    }
    let own = std::env::current_exe().map_err(|why| why.to_string())?;
    let path = own.with_file_name(format!("flowport{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        Ok(Program::at(path))
    } else {
        Err(format!("{} is not there; name it with --program", path.display()))
    }
}

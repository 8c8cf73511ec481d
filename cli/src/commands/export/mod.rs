mod selection;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use flowport_core::encode::{Leftover, Placed, choose_format};
use flowport_core::environment::{ReadEnvironment, Summary};
use flowport_core::export::{Exported, Request, export};
use flowport_core::model::{Diagnostic, ResourceId};
use flowport_sign::{signature_of, statement_of};
use serde_json::{Value, json};

use crate::arguments::Export;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::progress::Progress;
use crate::render;
use crate::report::Report;
use crate::signing::{self, Signed, Signer};
use crate::text::{clean, count, path};

pub(super) use selection::{request, sealing};

pub(super) fn run(context: &Context, arguments: &Export) -> Outcome<Report> {
    output::may_take(context, &arguments.output)?;
    let signer = signer(context, arguments)?;
    let environment = context.read(&arguments.selection.environment)?;
    let summaries = environment.list()?;
    let request = request(context, &arguments.selection, &summaries)?;
    if arguments.split {
        return split(context, arguments, signer.as_ref(), environment.as_ref(), &summaries, request);
    }
    let progress = Progress::tally("preparing");
    let mut exported = export(context.registry()?, environment.as_ref(), &request, &|| progress.advance(1))?;
    drop(progress);
    sealing(context, &arguments.selection)?.seal(&mut exported)?;
    let written = write(context, arguments, signer.as_ref(), &exported, &arguments.output)?;
    let text = written.text(&exported);
    exported.diagnostics.extend(written.stale.clone());
    Ok(Report::done(written.json(&exported), text).noting(exported.diagnostics))
}

/// The key that signs, if one shall: opened before any work, and never written over.
fn signer(context: &Context, arguments: &Export) -> Outcome<Option<Signer>> {
    let Some(key) = &arguments.sign else { return Ok(None) };
    let flag = "--sign-passphrase-file";
    let passphrase_file = arguments.sign_passphrase_file.as_deref().map(|file| (flag, file));
    let signer = signing::signer(context, key, passphrase_file, flag)?;
    if !arguments.split {
        signer.may_take(context, &arguments.output)?;
    }
    Ok(Some(signer))
}

struct Written {
    path: PathBuf,
    format: String,
    placed: Vec<Placed>,
    signed: Option<Signed>,
    /// What is said where a signature of another file lies beside it.
    stale: Option<Diagnostic>,
}

impl Written {
    fn json(&self, exported: &Exported) -> Value {
        let resource = |placed: &Placed| {
            let because = exported.because.get(&placed.id);
            json!({
                "resource": placed.id,
                "native": placed.native,
                "lost": placed.lost,
                "selected": because.is_none(),
                "needed_by": because.map(|because| &because.from),
            })
        };
        json!({
            "file": self.path.display().to_string(),
            "format": self.format,
            "resources": self.placed.iter().map(resource).collect::<Vec<_>>(),
            "signature": self.signed.as_ref().map(|signed| signed.signature.display().to_string()),
            "statement": self.signed.as_ref().map(|signed| signed.statement.display().to_string()),
            "signed_by": self.signed.as_ref().map(|signed| signed.by.to_string()),
        })
    }

    fn text(&self, exported: &Exported) -> String {
        let names: HashMap<&ResourceId, &str> = exported.package.names().collect();
        let row = |placed: &Placed| {
            let why = exported
                .because
                .get(&placed.id)
                .map_or_else(|| "selected".to_owned(), |because| format!("needed by {}", because.from));
            let how = if placed.native { "native" } else { "carried" };
            vec![placed.id.to_string(), (*names.get(&placed.id).unwrap_or(&"")).to_owned(), why, how.to_owned()]
        };
        let table = render::table(&["RESOURCE", "NAME", "WHY", "HOW"], self.placed.iter().map(row).collect());
        let lost: String = self
            .placed
            .iter()
            .flat_map(|placed| {
                placed.lost.iter().map(|lost| format!("lost, as the format has no place for it: {lost}\n"))
            })
            .map(|line| clean(line.trim_end()) + "\n")
            .collect();
        let carried = self.placed.iter().filter(|placed| !placed.native).count();
        let note = if carried > 0 {
            format!("; {carried} carried along, which the product of this format does not run")
        } else {
            String::new()
        };
        format!(
            "{table}{lost}{} written to {} ({}){note}\n{}",
            count(self.placed.len(), "resource", "resources"),
            path(&self.path),
            self.format,
            self.signed.as_ref().map(signed_text).unwrap_or_default()
        )
    }
}

fn signed_text(signed: &Signed) -> String {
    format!("signed with {}: {}, {}\n", signed.by, path(&signed.signature), path(&signed.statement))
}

fn write(
    context: &Context,
    arguments: &Export,
    signer: Option<&Signer>,
    exported: &Exported,
    path: &Path,
) -> Outcome<Written> {
    let registry = context.registry()?;
    let (package, overwrite) = (&exported.package, arguments.overwrite);
    let format = choose_format(registry, arguments.format.as_deref(), path, package)
        .map_err(|error| Failure::from(error).with_exit(crate::exit::USAGE))?;
    let (written, signed) = match signer {
        Some(signer) => {
            let (written, signed) = signer.write(context, &format, package, path, overwrite)?;
            (written, Some(signed))
        }
        None => (context.write_package(&format, package, path, overwrite, Leftover::Refuse)?, None),
    };
    let stale = if signed.is_none() { signing::stale(path) } else { None };
    Ok(Written { path: path.to_owned(), format, placed: written.placed, signed, stale })
}

/// One package per selected resource that nothing else selected needs.
fn split(
    context: &Context,
    arguments: &Export,
    signer: Option<&Signer>,
    environment: &dyn ReadEnvironment,
    summaries: &[Summary],
    request: Request,
) -> Outcome<Report> {
    let registry = context.registry()?;
    let stands_alone = |id: &&ResourceId| {
        let head = summaries.iter().find(|summary| summary.head.id == **id).map(|summary| &summary.head);
        head.and_then(|head| registry.handler(head)).is_some_and(|(_, info)| info.traits.stands_alone())
    };
    let mut needed = HashSet::new();
    for id in &request.roots {
        needed.extend(
            environment
                .inspection(id)?
                .references
                .iter()
                .filter_map(|reference| reference.known().cloned())
                .filter(|to| to != id),
        );
    }
    let roots: Vec<&ResourceId> =
        request.roots.iter().filter(stands_alone).filter(|id| !needed.contains(*id)).collect();
    if roots.is_empty() {
        return Err(Failure::usage("--split: nothing selected is a flow or an app of its own"));
    }
    std::fs::create_dir_all(&arguments.output)
        .map_err(|error| Failure::failed(format!("{}: {error}", arguments.output.display())))?;
    let extension = match &arguments.format {
        Some(format) => registry.format(format).and_then(|(_, info)| info.extensions.first().cloned()),
        None => None,
    };
    let names: HashMap<&ResourceId, &str> =
        summaries.iter().map(|summary| (&summary.head.id, summary.head.name.as_str())).collect();
    let mut taken = HashSet::new();
    let mut packages = Vec::new();
    let sealing = sealing(context, &arguments.selection)?;
    let progress = Progress::tally("preparing");
    for id in roots {
        let name = names.get(id).map_or_else(String::new, |name| (*name).to_owned());
        let mut own = Request { roots: vec![id.clone()], ..request.clone() };
        own.info.name = arguments.selection.name.clone().unwrap_or_else(|| name.clone());
        let mut exported = export(registry, environment, &own, &|| progress.advance(1))?;
        sealing.seal(&mut exported)?;
        let extension = match &extension {
            Some(extension) => extension.clone(),
            None => {
                let format = choose_format(registry, None, Path::new("package"), &exported.package)?;
                registry.format(&format).and_then(|(_, info)| info.extensions.first().cloned()).unwrap_or(format)
            }
        };
        let path = arguments.output.join(file_name(&name, id, &extension, &mut taken));
        packages.push((path, exported));
    }
    drop(progress);
    // All names are looked at before the first file is written.
    let files_of = |package: &PathBuf| match signer {
        Some(_) => vec![package.clone(), signature_of(package), statement_of(package)],
        None => vec![package.clone()],
    };
    let mut all = packages.iter().flat_map(|(package, _)| files_of(package));
    if let Some(path) = all.find(|path| !arguments.overwrite && path.exists()) {
        let what = format!("{} is already there; write over it with --overwrite. Nothing was written", path.display());
        return Err(Failure::failed(what));
    }
    if let Some(signer) = signer {
        packages.iter().try_for_each(|(package, _)| signer.may_take(context, package))?;
    }
    let (mut results, mut text, mut diagnostics) = (Vec::new(), String::new(), Vec::<Diagnostic>::new());
    for (file, exported) in packages {
        let written = write(context, arguments, signer, &exported, &file)?;
        text.push_str(&format!("{}  {}\n", path(&file), count(written.placed.len(), "resource", "resources")));
        results.push(written.json(&exported));
        diagnostics.extend(exported.diagnostics);
        diagnostics.extend(written.stale);
    }
    if let Some(signer) = signer {
        text.push_str(&format!("each signed with {}\n", signer.public()));
    }
    Ok(Report::done(json!({ "packages": results }), text).noting(diagnostics))
}

/// A name that every file system takes, unique in the folder.
fn file_name(name: &str, id: &ResourceId, extension: &str, taken: &mut HashSet<String>) -> String {
    let safe = |letter: char| if letter.is_alphanumeric() || matches!(letter, '-' | '_') { letter } else { '-' };
    let mut stem: String = name.chars().map(safe).take(60).collect();
    // A name that begins with it is a flag to other programs.
    stem.drain(..stem.len() - stem.trim_start_matches('-').len());
    let told_apart_by = id.version.as_deref().unwrap_or(&id.id);
    let short: String = told_apart_by.chars().filter(|letter| letter.is_ascii_alphanumeric()).take(8).collect();
    let reserved = ["con", "prn", "aux", "nul"].contains(&stem.to_lowercase().as_str());
    let plain = (!stem.trim_matches('-').is_empty() && !reserved).then(|| stem.clone());
    let numbered = (2..).map(|number| format!("{stem}-{short}-{number}"));
    let names = plain.into_iter().chain([format!("{stem}-{short}")]).chain(numbered);
    let free = names.into_iter().find(|candidate| taken.insert(candidate.to_lowercase()));
    format!("{}.{extension}", free.unwrap_or(stem))
}

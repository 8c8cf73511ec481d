use flowport_core::decode::Decoded;
use flowport_core::model::{Diagnostic, PackageResource};
use flowport_sign::Statement;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::Verify;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::keys;
use crate::render;
use crate::report::Report;
use crate::source::Source;
use crate::text::{clean, count, path as shown_path};
use crate::trust::{Stated, Verified};

pub(super) fn run(context: &Context, arguments: &Verify) -> Outcome<Report> {
    let keys = keys::asked(context, &arguments.keys)?;
    if !arguments.file.exists() {
        return Err(Failure::usage(format!("{}: there is no such file", arguments.file.display())));
    }
    let mut source = Source::of(context, &arguments.file)?;
    let verified = source.verify(&keys, arguments.signature.as_deref())?;
    let facts = facts(arguments, verified);
    let found: Vec<Diagnostic> = doubt(verified).into_iter().collect();
    let mut result = result(arguments, verified);
    let heading = render::table(&["", ""], facts.into_iter().map(|(what, is)| vec![what.to_owned(), is]).collect());
    let (contents, verdict) = if let Stated::Covered(..) = verified.stated {
        // Read and compared: what is not as stated ends here.
        let decoded = source.decode(context)?;
        result["resources"] = decoded.package.resources.iter().map(|entry| json!(entry.resource.head.id)).collect();
        let number = count(decoded.package.resources.len(), "resource", "resources");
        (contents(&decoded), format!("verified: {number}, exactly as the statement says"))
    } else {
        (String::new(), "verified: the signature of the file alone; what is in it was not compared".to_owned())
    };
    Ok(Report::done(result, format!("{heading}{contents}\n{verdict}\n")).noting(found))
}

fn facts(arguments: &Verify, verified: &Verified) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("file", arguments.file.display().to_string()),
        ("sha256", verified.hash.to_string()),
        ("signed by", verified.by.to_string()),
        ("signature", verified.signature.display().to_string()),
    ];
    facts.extend(when(verified).map(|when| ("signed at", when)));
    let name = arguments.file.file_name().map(|name| name.to_string_lossy());
    let called = verified.comment.file.as_ref().filter(|called| name.as_ref().is_none_or(|name| name != *called));
    facts.extend(called.map(|called| ("signed as", called.clone())));
    if let Stated::Covered(path, statement) = &verified.stated {
        facts.push(("statement", path.display().to_string()));
        let (name, source, created) = statement.about();
        facts.push(("package", name.to_owned()));
        facts.extend(source.map(|source| ("exported from", source.to_owned())));
        facts.push(("exported by", format!("{} with flowport {}", statement.exporter(), statement.flowport())));
        facts.extend(created.map(|created| ("exported at", created.to_owned())));
    }
    facts
}

fn when(verified: &Verified) -> Option<String> {
    let at = verified.comment.at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.map(|at| at.to_string())
}

fn contents(decoded: &Decoded) -> String {
    let row = |entry: &PackageResource| {
        let head = &entry.resource.head;
        let parts: Vec<&str> = entry.resource.parts.iter().map(|part| part.name.as_str()).collect();
        vec![head.id.to_string(), head.name.clone(), head.state.as_str().to_owned(), parts.join(", ")]
    };
    let rows: Vec<_> = decoded.package.resources.iter().map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}", render::table(&["RESOURCE", "NAME", "STATE", "PARTS"], rows))
}

/// Why only the file itself was verified, where a statement was to be expected.
fn doubt(verified: &Verified) -> Option<Diagnostic> {
    match &verified.stated {
        Stated::Covered(..) | Stated::Nothing => None,
        Stated::Missing(path) => {
            let summary = format!("the signature covers a statement, and there is no {}", shown_path(path));
            let help = "get the statement from where the package was made; it lies beside the signature";
            Some(Diagnostic::warning("E-NO-STATEMENT", summary).help(help))
        }
        Stated::Uncovered(path) => {
            let summary = format!("the signature does not cover {}, which was not read", shown_path(path));
            let help = "believe nothing that it says: anybody may have written it";
            Some(Diagnostic::warning("E-NO-STATEMENT", summary).help(help))
        }
    }
}

fn result(arguments: &Verify, verified: &Verified) -> Value {
    let statement = |path: &std::path::Path, statement: &Statement| {
        let (name, source, created) = statement.about();
        json!({
            "file": path.display().to_string(),
            "name": name,
            "source": source,
            "created": created,
            "exporter": statement.exporter(),
            "flowport": statement.flowport(),
        })
    };
    json!({
        "file": arguments.file.display().to_string(),
        "sha256": verified.hash.to_string(),
        "signature": verified.signature.display().to_string(),
        "key": verified.by.name,
        "public_key": verified.by.key.to_string(),
        "key_id": verified.by.key.id().to_string(),
        "signed_at": when(verified),
        "signed_as": verified.comment.file.as_deref().map(clean),
        "statement": match &verified.stated {
            Stated::Covered(path, covered) => statement(path, covered),
            _ => Value::Null,
        },
        "resources": [],
    })
}

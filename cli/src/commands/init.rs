use std::path::Path;

use serde_json::json;

use crate::arguments::Init;
use crate::config::{self, FILE};
use crate::exit::{Failure, Outcome};
use crate::report::Report;
use crate::text;

const PROJECT: &str = r#"# A flowport project: the environments between which flows are moved. docs/guide.md explains every key.

[environments.dev]
kind = "development"
store = "sqlite:.flowport/dev.db"

[environments.test]
kind = "test"
store = "sqlite:.flowport/test.db"

[environments.prod]
kind = "production"
store = "sqlite:.flowport/prod.db"
# makers = ["ana", "ben"]   # who may import; without it, everybody
"#;

/// What lies in there is one machine's own, and one of it is a key.
fn keep_out_of_version_control(folder: &Path) -> Outcome<()> {
    let ignore = folder.join(".gitignore");
    let write = || {
        std::fs::create_dir_all(folder)?;
        if ignore.exists() { Ok(()) } else { std::fs::write(&ignore, "*\n") }
    };
    write().map_err(|error| Failure::failed(format!("{}: {error}", ignore.display())))
}

pub(super) fn run(arguments: &Init) -> Outcome<Report> {
    let folder = arguments.dir.as_deref().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Failure::failed(format!("{}: {error}", folder.display())))?;
    let path = folder.join(FILE);
    config::create(&path, PROJECT).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AlreadyExists => "it is there: this is a project already".to_owned(),
            _ => error.to_string(),
        };
        Failure::failed(format!("{}: {why}", path.display()))
    })?;
    keep_out_of_version_control(&folder.join(config::FOLDER))?;
    let shown = text::path(&path);
    let text = format!("{shown} with the environments dev, test and prod\nnext: flowport import dev PACKAGE.zip\n");
    Ok(Report::done(json!({ "path": path.display().to_string(), "environments": ["dev", "test", "prod"] }), text))
}

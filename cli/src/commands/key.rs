use flowport_sign::{NewKey, PublicKey, SignError};
use serde_json::json;

use crate::arguments::{KeyCommand, KeyNew, KeyShow};
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::report::Report;
use crate::signing;
use crate::text;

pub(super) fn run(context: &Context, command: &KeyCommand) -> Outcome<Report> {
    match command {
        KeyCommand::New(arguments) => new(context, arguments),
        KeyCommand::Show(arguments) => show(context, arguments),
    }
}

fn new(context: &Context, arguments: &KeyNew) -> Outcome<Report> {
    let (secret, public) = (&arguments.file, NewKey::public_file(&arguments.file));
    NewKey::may_save(secret)?;
    let passphrase = match arguments.no_passphrase {
        true => None,
        false => Some(signing::new_passphrase(context, arguments.passphrase_file.as_deref())?),
    };
    let key = NewKey::make(passphrase.as_deref())?;
    key.save(secret)?;
    let result = json!({
        "public_key": key.public().to_string(),
        "key_id": key.public().id().to_string(),
        "file": secret.display().to_string(),
        "public_file": public.display().to_string(),
        "passphrase": passphrase.is_some(),
    });
    let lock =
        if passphrase.is_some() { "" } else { "; no passphrase locks it, so keep it where nobody else can read" };
    let note = format!(
        "secret key in {}{lock}\npublic key in {}; to verify with it, write under [keys] in flowport.toml: NAME = \"{}\"\n",
        text::path(secret),
        text::path(&public),
        key.public()
    );
    Ok(Report::done(result, format!("{}\n", key.public())).with_note(note))
}

fn show(context: &Context, arguments: &KeyShow) -> Outcome<Report> {
    let path = &arguments.file;
    let key = match PublicKey::from_file(path) {
        Ok(key) => key,
        Err(SignError::NotAPublicKey | SignError::SecretInstead) => {
            let passphrase_file = arguments.passphrase_file.as_deref().map(|file| ("--passphrase-file", file));
            signing::signer(context, path, passphrase_file, "--passphrase-file")?.public().clone()
        }
        Err(error) => return Err(Failure::from(error).about(path)),
    };
    let result = json!({ "public_key": key.to_string(), "key_id": key.id().to_string() });
    Ok(Report::done(result, format!("{key}\n")))
}

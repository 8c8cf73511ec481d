use flowport_plugin::{
    Codec, Confidence, Diagnostic, Failure, FormatInfo, Head, Input, Native, Output, PackageInfo, PackageReader,
    PackageWriter, Placement, Recognition, ResourceId, Setup,
};

/// One format per way to misbehave.
const FORMATS: [&str; 21] = [
    "ok",
    "panic",
    "dup-resource",
    "dup-part",
    "part-before-add",
    "write-before-part",
    "add-before-describe",
    "describe-twice",
    "write-flood",
    "resource-flood",
    "bad-kind-spelling",
    "control-in-id",
    "no-reason",
    "ignore-refusal",
    "lost-placement",
    "foreign-placement",
    "lost-fit",
    "index-past-end",
    "offset-past-end",
    "output-flood",
    "setup-flood",
];

pub(crate) struct Formats;

impl Codec for Formats {
    fn formats() -> Vec<FormatInfo> {
        let format = |id: &str| FormatInfo {
            id: id.to_owned(),
            title: id.to_owned(),
            extensions: vec!["note".to_owned()],
            media_type: "text/plain".to_owned(),
            writes: vec![Native { kind: "*".to_owned(), dialect: "*".to_owned() }],
            verified: false,
        };
        FORMATS.map(format).into()
    }

    fn recognize(file: &dyn Input, _name: Option<&str>) -> Vec<Recognition> {
        let content = file.read_all(1 << 20).unwrap_or_default();
        let format = match content.as_slice() {
            b"panic" => panic!("the file is upside down"),
            b"foreign-recognition" => "elsewhere",
            b"loop" => loop {
                std::hint::black_box(&content);
            },
            _ => "ok",
        };
        vec![Recognition { format: format.to_owned(), confidence: Confidence::Certain, why_not: None }]
    }

    fn fits(format: &str, package: &dyn PackageReader) -> Result<Vec<bool>, Failure> {
        let answers = if format == "lost-fit" { 1 } else { package.len() as usize };
        Ok(vec![true; answers])
    }

    fn decode(format: &str, file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        if format == "add-before-describe" {
            into.add(note("1"), Setup::none())?;
        }
        into.describe(PackageInfo::named("notes"))?;
        if format == "part-before-add" {
            into.part("note.txt", "text/plain")?;
        }
        into.add(note("1"), Setup::none())?;
        if format == "write-before-part" {
            into.write(b"adrift")?;
        }
        into.part("note.txt", "text/plain")?;
        into.write(&file.read_all(1 << 20)?)?;
        match format {
            "panic" => panic!("the package is upside down"),
            "dup-resource" => into.add(note("1"), Setup::none())?,
            "dup-part" => into.part("note.txt", "text/plain")?,
            "describe-twice" => into.describe(PackageInfo::named("notes"))?,
            "write-flood" => loop {
                into.write(&[0; 65_536])?;
            },
            "resource-flood" => {
                for count in 2_u64.. {
                    into.add(note(&count.to_string()), Setup::none())?;
                }
            }
            "bad-kind-spelling" => {
                into.add(Head { id: ResourceId::new("No Kind", "2"), ..note("2") }, Setup::none())?;
            }
            "control-in-id" => into.add(note("2\u{1b}[2J"), Setup::none())?,
            "no-reason" => return Err(Failure::Malformed(Vec::new())),
            // Goes on as if nothing had happened after the host said no.
            "ignore-refusal" => drop(into.describe(PackageInfo::named("notes"))),
            _ => {}
        }
        Ok(Vec::new())
    }

    fn encode(format: &str, package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
        let placement = |index| Placement { id: package.view(index).head().id, lost: Vec::new() };
        let mut placements: Vec<_> = (0..package.len()).map(placement).collect();
        match format {
            "panic" => panic!("the package is upside down"),
            "lost-placement" => drop(placements.pop()),
            "foreign-placement" => placements[0].id.id = "elsewhere".to_owned(),
            "index-past-end" => drop(package.view(package.len())),
            "offset-past-end" => file.write_at(1 << 62, b"far away")?,
            "output-flood" => loop {
                file.write_at(0, &[0; 65_536])?;
            },
            "setup-flood" => loop {
                package.setup(0);
            },
            _ => file.write_at(0, b"notes")?,
        }
        Ok(placements)
    }
}

fn note(id: &str) -> Head {
    Head::new(ResourceId::new("note", id), "misbehave", id)
}

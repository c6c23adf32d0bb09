//! Writes the generated files: `cargo run --no-default-features --example generate`.

use std::{fs, io, path::Path};

use smartagent_plugin_sdk::{recording, schema::generate, simulator::scenario};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = ("schema/scenario.schema.json", scenario::json_schema_text());
    let recording = ("schema/recording.schema.json", recording::json_schema());
    for (path, text) in generate::files().into_iter().chain([scenario, recording]) {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // A file that is as it should be keeps its time, so that nothing is built again for it.
        if fs::read_to_string(&path).is_ok_and(|current| current == text) {
            continue;
        }
        fs::write(&path, text)?;
        println!("wrote {}", path.strip_prefix(root).unwrap_or(&path).display());
    }
    Ok(())
}

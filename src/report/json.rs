//! `report.json`: the canonical report as indented JSON with a final newline.

use crate::assess::Report;

use super::RenderError;

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}

//! Neither the order of elements nor an element that nobody knows changes a row.
use crate::every_endpoint::{FILLED, body_of, model_with};
use crate::select;
use qualys_sec_inspector::catalogue::{ENDPOINTS, Family};
use qualys_sec_inspector::evidence::Model;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

enum Node {
    Element { start: String, name: String, children: Vec<Self> },
    Text(String),
}

/// What stands inside the element that was just opened, or in the document.
fn nodes(reader: &mut Reader<&[u8]>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let text = |text: &str| text.to_owned();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let (start, name) = (text(&tag), text(tag.name().as_ref()));
                nodes.push(Node::Element { start, name, children: self::nodes(reader) });
            }
            Event::Empty(tag) => {
                let (start, name) = (text(&tag), text(tag.name().as_ref()));
                nodes.push(Node::Element { start, name, children: Vec::new() });
            }
            Event::CData(inside) => {
                nodes.push(Node::Text(format!("<![CDATA[{}]]>", text(&inside))));
            }
            Event::Text(inside) => nodes.push(Node::Text(text(&inside))),
            Event::GeneralRef(name) => nodes.push(Node::Text(format!("&{};", text(&name)))),
            Event::End(_) | Event::Eof => return nodes,
            _ => {}
        }
    }
}

/// Elements backwards, and one more before those of each record.
fn turned(nodes: &[Node], record: &str) -> String {
    let has_elements = nodes.iter().any(|node| matches!(node, Node::Element { .. }));
    let written = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element { start, name, children } => {
            let extra = if name == record {
                "<UNHEARD_OF since=\"2026\"><SURPRISE>1</SURPRISE></UNHEARD_OF>"
            } else {
                ""
            };
            format!("<{start}>{extra}{}</{name}>", turned(children, record))
        }
    };
    let parts: Vec<String> = nodes.iter().map(written).collect();
    if has_elements { parts.into_iter().rev().collect() } else { parts.concat() }
}

/// Arrays backwards, keys by name, and one more key in every record.
fn turned_json(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().rev().map(turned_json).collect(),
        Value::Object(members) => {
            let mut members: serde_json::Map<_, _> =
                members.into_iter().map(|(key, value)| (key, turned_json(value))).collect();
            if members.keys().any(|key| ["id", "assetId", "connectorId"].contains(&key.as_str())) {
                members.insert("aSurprise".to_owned(), serde_json::json!({"inside": [1, null]}));
            }
            Value::Object(members)
        }
        other => other,
    }
}

/// What a table holds, whatever the places of its rows.
fn content(model: &Model, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT '\"' || name || '\"' FROM pragma_table_info('{table}') \
         WHERE name NOT LIKE '%row' AND name NOT IN ('offset', 'length', 'hash')"
    );
    let columns = select(model, &sql).join(", ");
    let mut rows = select(model, &format!("SELECT {columns} FROM {table}"));
    rows.sort();
    rows
}

#[test]
fn rows_do_not_depend_on_the_order_of_elements() {
    for (endpoint, tables) in FILLED {
        let known = ENDPOINTS.iter().find(|known| known.id == *endpoint).unwrap();
        let body = body_of(endpoint);
        let turned = match known.family {
            Family::FoCsv => continue,
            Family::QpsJson | Family::GatewayJson | Family::CloudViewJson => {
                turned_json(serde_json::from_slice(&body).unwrap()).to_string()
            }
            Family::FoXml | Family::MspXml | Family::QpsXml => turned(
                &nodes(&mut Reader::from_str(std::str::from_utf8(&body).unwrap())),
                known.record,
            ),
        };
        let (before, after) =
            (model_with(endpoint, &body), model_with(endpoint, turned.as_bytes()));
        for (table, _) in *tables {
            let mut turned = content(&after, table);
            // Every element is a setting of a profile, one that is new to us too.
            turned.retain(|row| row != "UNHEARD_OF/SURPRISE|1");
            assert_eq!(turned, content(&before, table), "{endpoint}: {table}");
        }
    }
}

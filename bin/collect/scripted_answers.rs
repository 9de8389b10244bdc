//! Answers of every family for a scripted server: usable pages, empty lists, refusals.

use crate::scripted::answer;
use qualys_sec_inspector::catalogue::{Endpoint, Family};

/// A usable page of an endpoint with one record of this id; `more` leads to a next page.
pub(crate) fn page(endpoint: &Endpoint, id: u32, more: Option<u32>) -> Vec<u8> {
    // Of alternatives the first; a pattern's gap takes any name.
    let record = endpoint.record.split('|').next().unwrap_or_default().replace('*', "X");
    let next = more.map(|next| format!("https://other.example.com/x?action=list&id_min={next}"));
    let body = match endpoint.family {
        Family::FoXml => {
            let warning = next.map_or(String::new(), |url| {
                format!("<WARNING><CODE>1980</CODE><TEXT>more</TEXT><URL><![CDATA[{url}]]></URL></WARNING>")
            });
            format!(
                "<A_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME>\
                 <{record}_LIST><{record}><ID>{id}</ID></{record}></{record}_LIST>{warning}</RESPONSE></A_OUTPUT>"
            )
        }
        Family::MspXml => format!("<A_OUTPUT><A_LIST><{record}/></A_LIST></A_OUTPUT>"),
        Family::FoCsv => {
            let footer = more.map_or(String::new(), |next| {
                // The log is newest first: its cursor falls.
                let url = format!("https://other.example.com/x?action=list&id_max={}", 1000 - next);
                format!(
                    "----BEGIN_RESPONSE_FOOTER_CSV\nWARNING\n\"CODE\",\"TEXT\",\"URL\"\n\
                     \"1980\",\"more\",\"{url}\"\n----END_RESPONSE_FOOTER_CSV\n"
                )
            });
            format!(
                "----BEGIN_RESPONSE_BODY_CSV\n\"Date\",\"Action\",\"Module\",\"Details\",\
                 \"User Name\",\"User Role\",\"User IP\"\n\
                 \"2026-03-28T02:10:00Z\",\"login\",\"auth\",\"event {id}\",\"exmpl_ab\",\
                 \"Manager\",\"192.0.2.1\"\n----END_RESPONSE_BODY_CSV\n{footer}"
            )
        }
        Family::QpsJson => {
            let last = more.map_or(String::new(), |next| format!("\"lastId\":{},", next - 1));
            format!(
                "{{\"ServiceResponse\":{{\"responseCode\":\"SUCCESS\",\"count\":1,{last}\
                 \"hasMoreRecords\":\"{}\",\"data\":[{{\"{record}\":{{\"id\":{id}}}}}]}}}}",
                more.is_some()
            )
        }
        Family::GatewayJson => {
            let last = more.map_or(0, |next| next - 1);
            format!(
                "{{\"responseCode\":\"SUCCESS\",\"responseMessage\":\"ok\",\"count\":1,\
                 \"hasMore\":{},\"lastSeenAssetId\":{last},\
                 \"assetListData\":{{\"asset\":[{{\"assetId\":{id}}}]}}}}",
                u8::from(more.is_some())
            )
        }
        Family::CloudViewJson => format!(
            "{{\"content\":[{{\"connectorId\":\"{id}\"}}],\"last\":{},\"number\":{},\"empty\":false}}",
            more.is_none(),
            id - 1
        ),
        Family::QpsXml => {
            let last = more.map_or(String::new(), |next| format!("<lastId>{}</lastId>", next - 1));
            format!(
                "<ServiceResponse><responseCode>SUCCESS</responseCode><count>1</count>\
                 <hasMoreRecords>{}</hasMoreRecords>{last}<data><{record}><id>{id}</id></{record}>\
                 </data></ServiceResponse>",
                more.is_some()
            )
        }
    };
    answer(200, "", body.as_bytes())
}

/// A list that holds nothing, where the family can say so.
pub(crate) fn nothing(endpoint: &Endpoint) -> Option<Vec<u8>> {
    let body = match endpoint.family {
        Family::FoXml => {
            "<A_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME></RESPONSE></A_OUTPUT>"
        }
        Family::QpsXml => {
            "<ServiceResponse><responseCode>SUCCESS</responseCode><count>0</count></ServiceResponse>"
        }
        Family::QpsJson => "{\"ServiceResponse\":{\"responseCode\":\"SUCCESS\",\"count\":0}}",
        // Where nothing matches, the gateway has nothing to say at all.
        Family::GatewayJson => return Some(answer(204, "", b"")),
        Family::CloudViewJson => "{\"content\":[],\"last\":true,\"number\":0,\"empty\":true}",
        Family::FoCsv => {
            "\"Date\",\"Action\",\"Module\",\"Details\",\"User Name\",\"User Role\",\"User IP\"\n"
        }
        Family::MspXml => return None,
    };
    Some(answer(200, "", body.as_bytes()))
}

/// A refusal in the family's own envelope.
pub(crate) fn refusal(
    endpoint: &Endpoint,
    status: u16,
    headers: &str,
    code: &str,
    item: &str,
) -> Vec<u8> {
    let body = match endpoint.family {
        Family::QpsXml => format!(
            "<ServiceResponse><responseCode>{code}</responseCode><responseErrorDetails>\
             <errorMessage>no</errorMessage></responseErrorDetails></ServiceResponse>"
        ),
        Family::QpsJson => format!(
            "{{\"ServiceResponse\":{{\"responseCode\":\"{code}\",\"responseErrorDetails\":\
             {{\"errorMessage\":\"no\"}}}}}}"
        ),
        Family::GatewayJson => {
            format!("{{\"responseCode\":\"FAILED\",\"responseMessage\":\"{code}\"}}")
        }
        Family::CloudViewJson => {
            format!("{{\"status\":{status},\"errorCode\":\"{code}\",\"message\":\"no\"}}")
        }
        Family::MspXml => format!(
            "<GENERIC_RETURN><RETURN status=\"FAILED\" number=\"{code}\">no</RETURN></GENERIC_RETURN>"
        ),
        Family::FoXml | Family::FoCsv => format!(
            "<SIMPLE_RETURN><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><CODE>{code}</CODE>\
             <TEXT>no</TEXT>{item}</RESPONSE></SIMPLE_RETURN>"
        ),
    };
    answer(status, headers, body.as_bytes())
}

//! Rows on their way from the thread that reads a body to the one that writes the model.

macro_rules! tables {
    ($($variant:ident $name:literal,)*) => {
        /// The tables that answers fill.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Table { $($variant,)* }

        impl Table {
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

tables! {
    AssetGroup "asset_group",
    GroupRange "group_range",
    GroupHost "group_host",
    IpRange "ip_range",
    ExcludedRange "excluded_range",
    Host "host",
    HostGroup "host_group",
    HostTag "host_tag",
    ScanSchedule "scan_schedule",
    ScheduleGroup "schedule_group",
    ScheduleTag "schedule_tag",
    ScheduleRange "schedule_range",
    ScheduleRun "schedule_run",
    Scan "scan",
    ScanGroup "scan_group",
    DetectionHost "detection_host",
    Detection "detection",
    Vuln "vuln",
    VulnCve "vuln_cve",
    VulnThreat "vuln_threat",
    User "user",
    UserGroup "user_group",
    UserPermission "user_permission",
    HostAsset "host_asset",
    HostAssetTag "host_asset_tag",
    Tag "tag",
    Activity "activity",
    ExclusionEvent "exclusion_event",
    ExclusionEventRange "exclusion_event_range",
    RestrictedRange "restricted_range",
    OptionProfile "option_profile",
    OptionProfileSetting "option_profile_setting",
    OptionProfileList "option_profile_list",
    SearchList "search_list",
    SearchListQid "search_list_qid",
    Appliance "appliance",
    ApplianceGroup "appliance_group",
    GroupAppliance "group_appliance",
    Network "network",
    NetworkAppliance "network_appliance",
    VirtualHost "virtual_host",
    ScheduleRecipient "schedule_recipient",
    AuthRecordType "auth_record_type",
    AuthRecord "auth_record",
    AuthRecordRange "auth_record_range",
    AuthDetection "auth_detection",
    Report "report",
    ReportSchedule "report_schedule",
    ReportTemplate "report_template",
    PortalUser "portal_user",
    PortalUserRole "portal_user_role",
    PortalUserTag "portal_user_tag",
    AssetCount "asset_count",
    PortalVersion "portal_version",
    Connector "connector",
    CloudEvaluation "cloud_evaluation",
    Policy "policy",
    PolicyGroup "policy_group",
    PolicyTag "policy_tag",
    PolicyControl "policy_control",
    PolicyTechnology "policy_technology",
    ComplianceControl "compliance_control",
    ControlTechnology "control_technology",
    Posture "posture",
    Exception "exception",
    ComplianceSchedule "compliance_schedule",
    ComplianceScan "compliance_scan",
    WebApp "web_app",
    WebAppAuth "web_app_auth",
    WebAppTag "web_app_tag",
    WasScan "was_scan",
    WasScanApp "was_scan_app",
    WasSchedule "was_schedule",
    WasScheduleApp "was_schedule_app",
    WasScheduleTag "was_schedule_tag",
    WasScheduleRecipient "was_schedule_recipient",
    WasAuthRecord "was_auth_record",
    WasFinding "was_finding",
    WasCatalog "was_catalog",
    GavAsset "gav_asset",
    GavAssetTag "gav_asset_tag",
}

/// One value of a row that is being made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Integer)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(value)
    }
}

impl<'a> From<Option<&'a Vec<u8>>> for Value<'a> {
    fn from(value: Option<&'a Vec<u8>>) -> Self {
        value.map_or(Self::Null, |bytes| Self::Blob(bytes))
    }
}

/// One value of a finished row; texts and blobs lie in the batch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(u32, u32),
    Blob(u32, u32),
}

/// Rows of several tables, in the order in which they were made, in few allocations.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<(Table, u16)>,
    pub(super) cells: Vec<Cell>,
    pub(super) text: String,
    pub(super) bytes: Vec<u8>,
}

impl Batch {
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= 512 || self.text.len() >= 1 << 18
    }

    pub(super) fn row(&mut self, table: Table, values: &[Value<'_>]) {
        #[expect(clippy::cast_possible_truncation, reason = "tables have some thirty columns")]
        self.rows.push((table, values.len() as u16));
        for value in values {
            let cell = match *value {
                Value::Null => Cell::Null,
                Value::Integer(number) => Cell::Integer(number),
                Value::Text(text) => {
                    place(self.text.len(), text.len()).map_or(Cell::Null, |(start, length)| {
                        self.text.push_str(text);
                        Cell::Text(start, length)
                    })
                }
                Value::Blob(bytes) => {
                    place(self.bytes.len(), bytes.len()).map_or(Cell::Null, |(start, length)| {
                        self.bytes.extend_from_slice(bytes);
                        Cell::Blob(start, length)
                    })
                }
            };
            self.cells.push(cell);
        }
    }
}

/// `None` beyond 4 GiB, which no body that can be in a bundle leads to.
fn place(start: usize, length: usize) -> Option<(u32, u32)> {
    u32::try_from(start).ok().zip(u32::try_from(length).ok())
}

/// Takes the rows of one body.
#[derive(Debug)]
pub(super) struct Sink<'b> {
    /// Journal seq of the body.
    seq: i64,
    body: &'b [u8],
    /// What the request of a fan-out asked for: an id, or the comma-separated ids of a batch.
    pub(super) asked: &'b str,
    /// A value that the answer gives once, beside its records.
    pub(super) beside: Option<String>,
    pub(super) batch: Batch,
    next: [u32; Table::ALL.len()],
    /// Records and parts of records that say too little to be a row, like a host without an id.
    pub(super) unusable: u64,
}

/// Bits of a row id that count the rows of one body.
const ORDINAL_BITS: u32 = 24;

impl<'b> Sink<'b> {
    pub(super) fn new(seq: i64, body: &'b [u8], asked: &'b str) -> Self {
        Self {
            seq,
            body,
            asked,
            beside: None,
            batch: Batch::default(),
            next: [0; Table::ALL.len()],
            unusable: 0,
        }
    }

    /// Bytes of the body as they were collected.
    pub(super) fn bytes(&self, offset: usize, length: usize) -> &'b [u8] {
        self.body.get(offset..offset.saturating_add(length)).unwrap_or_default()
    }

    /// The id of this body's next row in `table`: by its place in the evidence, never by the order
    /// of arrival. A row beyond the 16,777,216th counts as unusable: ids must not run into those of
    /// the next body.
    pub(super) fn id(&mut self, table: Table) -> Option<i64> {
        let next = self.next.get_mut(table as usize)?;
        let ordinal = *next;
        if ordinal >> ORDINAL_BITS != 0 {
            self.unusable += 1;
            return None;
        }
        *next += 1;
        Some(self.seq << ORDINAL_BITS | i64::from(ordinal))
    }

    pub(super) fn row(&mut self, table: Table, values: &[Value<'_>]) {
        self.batch.row(table, values);
    }
}

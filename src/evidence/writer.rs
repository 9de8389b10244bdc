//! Writes finished rows into the model with one prepared statement a table.
use super::Error;
use super::sink::{Batch, Cell, Table};
use rusqlite::{Connection, Statement};

/// The statements of all tables.
pub(super) struct Writer<'c> {
    /// In the order of [`Table::ALL`].
    inserts: Vec<Statement<'c>>,
}

impl<'c> Writer<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Error> {
        let insert = |table: &Table| {
            let name = table.name();
            let columns = connection.prepare(&format!("SELECT * FROM {name}"))?.column_count();
            let places = vec!["?"; columns].join(",");
            connection.prepare(&format!("INSERT INTO {name} VALUES ({places})"))
        };
        let inserts = Table::ALL.iter().map(insert).collect::<Result<_, _>>()?;
        Ok(Self { inserts })
    }

    pub(super) fn write(&mut self, batch: &Batch) -> Result<(), Error> {
        let mut cells = batch.cells.iter();
        for &(table, columns) in &batch.rows {
            let values = usize::from(columns);
            let wrong = Error::Columns { table: table.name(), values };
            let statement = match self.inserts.get_mut(table as usize) {
                Some(statement) if statement.parameter_count() == values => statement,
                _ => return Err(wrong),
            };
            statement.clear_bindings();
            for (place, cell) in (1..=values).zip(&mut cells) {
                match *cell {
                    Cell::Null => {}
                    Cell::Integer(number) => statement.raw_bind_parameter(place, number)?,
                    Cell::Text(start, length) => {
                        let text = batch.text.get(span(start, length)).unwrap_or_default();
                        statement.raw_bind_parameter(place, text)?;
                    }
                    Cell::Blob(start, length) => {
                        let bytes = batch.bytes.get(span(start, length)).unwrap_or_default();
                        statement.raw_bind_parameter(place, bytes)?;
                    }
                }
            }
            statement.raw_execute()?;
        }
        Ok(())
    }
}

const fn span(start: u32, length: u32) -> std::ops::Range<usize> {
    start as usize..start as usize + length as usize
}

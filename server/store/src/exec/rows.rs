//! Statements that write many rows at once, in few sizes, so that their texts are made and prepared once.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::sql::Sql;
use super::value::Value;

/// Sizes are 1, 2, 4 ... 128 rows: below both databases' bounds on placeholders up to 255 columns.
const SIZES: usize = 8;

/// `before` rows of so many columns `after`.
pub struct Rows {
    before: Cow<'static, str>,
    columns: usize,
    after: Cow<'static, str>,
    texts: [OnceLock<Texts>; SIZES],
}

/// One statement for either database.
struct Texts {
    numbered: String,
    /// SQLite looks every numbered placeholder up among all of them, so that a statement with thousands takes a second.
    plain: String,
}

impl Rows {
    pub const fn new(before: Cow<'static, str>, columns: usize, after: Cow<'static, str>) -> Self {
        Self { before, columns, after, texts: [const { OnceLock::new() }; SIZES] }
    }

    /// The statements that write all of `rows`, each with how many of them it writes.
    pub fn statements<T, V: IntoIterator<Item = Value>>(
        &'static self,
        mut rows: impl ExactSizeIterator<Item = T>,
        values: impl Fn(T) -> V,
    ) -> impl Iterator<Item = (Sql, usize)> {
        std::iter::from_fn(move || {
            let power = rows.len().checked_ilog2()?.min(SIZES as u32 - 1);
            let count = 1 << power;
            let texts = self.texts.get(power as usize)?.get_or_init(|| self.texts_for(count));
            let mut all = Vec::with_capacity(count * self.columns);
            for row in rows.by_ref().take(count) {
                all.extend(values(row));
            }
            Some((Sql::prepared(&texts.numbered, &texts.plain, all), count))
        })
    }

    fn texts_for(&self, rows: usize) -> Texts {
        let row = vec!["?"; self.columns].join(", ");
        let plain = vec![format!("({row})"); rows].join(", ");
        let mut numbered = String::with_capacity(plain.len() * 4);
        for (number, piece) in plain.split('?').enumerate() {
            if number > 0 {
                numbered.push_str(&format!("${number}"));
            }
            numbered.push_str(piece);
        }
        let whole = |rows: String| format!("{}{rows}{}", self.before, self.after);
        Texts { numbered: whole(numbered), plain: whole(plain) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_in_sizes_of_powers_of_two() {
        static TWO: Rows =
            Rows::new(Cow::Borrowed("INSERT INTO t VALUES "), 2, Cow::Borrowed(" ON CONFLICT DO NOTHING"));
        let rows: Vec<i64> = (0..301).collect();
        let sizes: Vec<usize> = TWO
            .statements(rows.iter(), |row| [(*row).into(), 0_i64.into()])
            .map(|(_, count)| count)
            .collect();
        assert_eq!(sizes, [128, 128, 32, 8, 4, 1]);
        let (statement, _) =
            TWO.statements(rows[..2].iter(), |row| [(*row).into(), 0_i64.into()]).next().unwrap();
        assert_eq!(statement.text(), "INSERT INTO t VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING");
        assert_eq!(
            statement.unnumbered().text(),
            "INSERT INTO t VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING"
        );
        assert!(TWO.statements(rows[..0].iter(), |_| []).next().is_none());
    }
}

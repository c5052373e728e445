using System.Reflection;
using CsvHelper;
using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Csv;

/// <summary>A setting as a column.</summary>
public interface ISettingColumn
{
    /// <summary>In a matrix and in <c>run.json</c>.</summary>
    string Key { get; }

    /// <summary>In the header, with its unit.</summary>
    string Column { get; }

    string Meaning { get; }

    /// <summary>The text of the field; empty where the setting is unset, or has no effect on this cell.</summary>
    string Get(Cell cell);

    /// <param name="cell">To be changed.</param>
    /// <param name="text">Not empty.</param>
    /// <exception cref="UsageException">The text is no value of the setting.</exception>
    Cell Set(Cell cell, string text);

    /// <summary>The same from the text of a matrix or of <c>run.json</c>, with its unit.</summary>
    Cell SetText(Cell cell, string text);
}

/// <summary>The columns of a property that is a cell: one for each setting.</summary>
internal static class CellColumns
{
    public static IEnumerable<RowColumn<TRow>> Of<TRow>(PropertyInfo property)
    {
        Func<TRow, Cell> get = property.GetMethod!.CreateDelegate<Func<TRow, Cell>>();
        Action<TRow, Cell> set = property.SetMethod!.CreateDelegate<Action<TRow, Cell>>();
        return SettingColumns.All.Select(setting => new SettingColumn<TRow>(setting, get, set));
    }

    private sealed class SettingColumn<TRow>(ISettingColumn setting, Func<TRow, Cell> get, Action<TRow, Cell> set)
        : RowColumn<TRow>(new ColumnInfo(setting.Column, setting.Meaning, null))
    {
        private readonly string _usual = setting.Get(SettingColumns.Blank);

        public override bool IsNeeded => false;

        public override void Write(CsvWriter csv, TRow row) => csv.WriteField(setting.Get(get(row)));

        public override void Read(CsvReader csv, int field, TRow row) => Read(csv.GetString(field), row);

        /// <summary>A row begins with the default of every setting, so that only what differs has to be set.</summary>
        public override void Read(string text, TRow row)
        {
            if (text.Length == 0 || text == _usual)
            {
                return;
            }

            try
            {
                set(row, setting.Set(get(row), text));
            }
            catch (UsageException e)
            {
                throw new FormatException(e.Message);
            }
        }
    }
}

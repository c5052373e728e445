using System.Reflection;
using CsvHelper;
using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Csv;

/// <summary>The columns of a property that is a cell: one for each setting.</summary>
internal static class CellColumns
{
    public static IEnumerable<RowColumn<TRow>> Of<TRow>(PropertyInfo property)
    {
        Func<TRow, Cell> get = property.GetMethod!.CreateDelegate<Func<TRow, Cell>>();
        Action<TRow, Cell> set = property.SetMethod!.CreateDelegate<Action<TRow, Cell>>();
        return CellSettings.All.Where(s => s.Role != SettingRole.Process).Select(setting => new SettingColumn<TRow>(setting, get, set));
    }

    private sealed class SettingColumn<TRow>(Setting setting, Func<TRow, Cell> get, Action<TRow, Cell> set)
        : RowColumn<TRow>(new ColumnInfo(setting.Column, setting.Help, setting.Unit == "rps" ? "requests/s" : setting.Unit, null))
    {
        private readonly string _usual = setting.ToColumn(Cell.Blank);

        public override bool IsNeeded => false;

        public override void Write(CsvWriter csv, TRow row) => csv.WriteField(Text(get(row)));

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
                set(row, setting.FromColumn(get(row), text));
            }
            catch (UsageException e)
            {
                throw new FormatException(e.Message);
            }
        }

        /// <summary>A default that has no effect is left out: the row would name what never was.</summary>
        private string Text(Cell cell)
        {
            string text = setting.ToColumn(cell);
            return text == _usual && setting.WhyNoEffect(cell) is not null ? "" : text;
        }
    }
}

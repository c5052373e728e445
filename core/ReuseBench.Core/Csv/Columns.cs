using System.Reflection;
using System.Text.Json;
using CsvHelper;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Csv;

/// <summary>A column of a table: what the property means. The name of the column is that of the property in snake_case.</summary>
/// <param name="meaning">Meaning and range in one or two sentences; when it is empty, where that is not plain.</param>
[AttributeUsage(AttributeTargets.Property)]
public class ColumnAttribute(string meaning) : Attribute
{
    /// <summary>Characters that a text may have unless <see cref="MaxLength"/> says otherwise.</summary>
    public const int UsualMaxLength = 16_384;

    public string Meaning { get; } = meaning;

    /// <summary>Name of the column where it is not that of the property.</summary>
    public string? Name { get; init; }

    /// <summary>Characters that a text from a file may have at most.</summary>
    public int MaxLength { get; init; } = UsualMaxLength;
}

/// <summary>A column that is a measured value: the one definition of the metric.</summary>
/// <param name="unit">Such as <c>µs</c>, <c>requests/s</c>, <c>share</c> (0 to 1) or <c>count</c>; the name of the property ends in it.</param>
/// <param name="better">Which direction is good.</param>
/// <param name="affects">The figures that it is part of: a verdict that affects them affects it.</param>
/// <param name="meaning">As in <see cref="ColumnAttribute"/>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MetricAttribute(string unit, Better better, Figures affects, string meaning) : ColumnAttribute(meaning)
{
    public string Unit { get; } = unit;

    public Better Better { get; } = better;

    public Figures Affects { get; } = affects;

    /// <summary>What a table head or an axis says; without it the column's name without its unit.</summary>
    public string? Label { get; init; }
}

/// <summary>Which direction of a metric is good.</summary>
public enum Better
{
    /// <summary>A count or a description: neither is better.</summary>
    Neither,

    Higher,

    Lower,
}

/// <summary>The one rule by which a property becomes a column or a JSON key: <c>LatencyP50Us</c> is <c>latency_p50_us</c>.</summary>
public static class ColumnNames
{
    public static string Of(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
}

/// <summary>What a table's documentation needs of one column.</summary>
/// <param name="Name">In the header.</param>
/// <param name="Meaning">In words.</param>
/// <param name="Unit">Such as <c>ms</c>; empty for none.</param>
/// <param name="Metric">Where it is one.</param>
public sealed record ColumnInfo(string Name, string Meaning, string Unit, MetricAttribute? Metric);

/// <summary>One column of a row: how it is written and read. A property that holds several values has a column for each.</summary>
internal abstract class RowColumn<TRow>(ColumnInfo info)
{
    public ColumnInfo Info { get; } = info;

    /// <summary>Whether a file without it is no such table; columns that a later version added are not needed.</summary>
    public abstract bool IsNeeded { get; }

    public abstract void Write(CsvWriter csv, TRow row);

    /// <exception cref="FormatException">The field holds no such value; the message says what it should be.</exception>
    public abstract void Read(CsvReader csv, int field, TRow row);

    /// <summary>From a text that was mapped from another version.</summary>
    /// <exception cref="FormatException">Likewise.</exception>
    public abstract void Read(string text, TRow row);
}

/// <summary>
/// The columns of a row, derived from its properties: keys first, then the others as they are declared, those of a base class first. A property whose
/// type is <see cref="Cell"/> becomes a column for each setting, directly behind the keys.
/// </summary>
internal static class RowColumns
{
    private static readonly string[] Keys = [nameof(IRow.RunId), nameof(IRepeatRow.CellId), nameof(IRepeatRow.Repeat)];

    /// <summary>Those with a column, in the order of the columns.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type row) =>
        from property in row.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.IsDefined(typeof(ColumnAttribute))
        orderby Rank(property), Depth(property.DeclaringType!), property.MetadataToken
        select property;

    public static IReadOnlyList<RowColumn<TRow>> Create<TRow>() =>
        [.. Properties(typeof(TRow)).SelectMany(property => IsCell(property) ? CellColumns.Of<TRow>(property) : [Single<TRow>(property)])];

    private static bool IsCell(PropertyInfo property) => property.PropertyType == typeof(Cell);

    private static int Rank(PropertyInfo property) =>
        Array.IndexOf(Keys, property.Name) is >= 0 and int key ? key : IsCell(property) ? Keys.Length : Keys.Length + 1;

    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;

    private static RowColumn<TRow> Single<TRow>(PropertyInfo property)
    {
        ColumnAttribute attribute = property.GetCustomAttribute<ColumnAttribute>()!;
        MetricAttribute? metric = attribute as MetricAttribute;
        ColumnInfo info = new(attribute.Name ?? ColumnNames.Of(property.Name), attribute.Meaning, metric?.Unit ?? "", metric);
        Type column = typeof(ValueColumn<,>).MakeGenericType(typeof(TRow), property.PropertyType);
        return (RowColumn<TRow>)Activator.CreateInstance(column, info, property, attribute.MaxLength)!;
    }

    /// <summary>A column that is one property.</summary>
    private sealed class ValueColumn<TRow, T>(ColumnInfo info, PropertyInfo property, int maxLength) : RowColumn<TRow>(info)
    {
        private readonly Func<TRow, T> _get = property.GetMethod!.CreateDelegate<Func<TRow, T>>();
        private readonly Action<TRow, T> _set = property.SetMethod!.CreateDelegate<Action<TRow, T>>();
        private readonly ICellText<T> _text = (ICellText<T>)CellTexts.Of(
            typeof(T), maxLength, new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable ? null : "");

        public override bool IsNeeded { get; } = typeof(T).IsValueType && Nullable.GetUnderlyingType(typeof(T)) is null;

        public override void Write(CsvWriter csv, TRow row) => _text.Write(csv, _get(row));

        public override void Read(CsvReader csv, int field, TRow row) => _set(row, _text.Read(csv, field));

        public override void Read(string text, TRow row) => _set(row, _text.Parse(text));
    }
}

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

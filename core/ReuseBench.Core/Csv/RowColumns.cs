using System.Reflection;
using CsvHelper;
using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Csv;

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

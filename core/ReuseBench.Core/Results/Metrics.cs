using System.Reflection;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Results;

/// <summary>A measured value of a row, as its <see cref="MetricAttribute"/> defines it.</summary>
/// <param name="Name">In words, for a table head or an axis: <c>latency p99</c>.</param>
/// <param name="Column">In the CSV: <c>latency_p99_us</c>.</param>
/// <param name="Unit">Such as <c>µs</c>, <c>requests/s</c>, <c>share</c> (0 to 1) or <c>count</c>.</param>
/// <param name="Meaning">One or two sentences.</param>
/// <param name="Better">Which direction is good.</param>
/// <param name="Affects">The figures that it is part of: a verdict that affects them affects it.</param>
/// <param name="Row">The row that has it.</param>
public record Metric(string Name, string Column, string Unit, string Meaning, Better Better, Figures Affects, Type Row);

/// <summary>A metric, and how it is read from a row.</summary>
public sealed record Metric<TRow>(string Name, string Column, string Unit, string Meaning, Better Better, Figures Affects, Func<TRow, double?> Get)
    : Metric(Name, Column, Unit, Meaning, Better, Affects, typeof(TRow));

/// <summary>Every metric of every table, derived from the properties that carry a <see cref="MetricAttribute"/>.</summary>
public static class Metrics
{
    /// <summary>Unit suffixes of column names, which a name in words leaves out.</summary>
    private static readonly string[] UnitSuffixes = ["_us", "_ms", "_s", "_rps", "_ns", "_per_s", "_bytes"];

    /// <summary>In the order of the tables and of their columns.</summary>
    public static IReadOnlyList<Metric> All => OfTables.All;

    /// <summary>Those of one row, in the order of its columns.</summary>
    public static IReadOnlyList<Metric<TRow>> Of<TRow>()
        where TRow : IRow => OfRow<TRow>.All;

    /// <summary>The metric of a column.</summary>
    /// <exception cref="ArgumentException">The row has none of that name.</exception>
    public static Metric<TRow> Find<TRow>(string column)
        where TRow : IRow => Of<TRow>().FirstOrDefault(m => m.Column == column) ?? throw new ArgumentException($"no metric {column}", nameof(column));

    private static Metric<TRow> Create<TRow>(PropertyInfo property, MetricAttribute attribute)
    {
        string column = attribute.Name ?? ColumnNames.Of(property.Name);
        string name = attribute.Label ?? InWords(column);
        return new Metric<TRow>(name, column, attribute.Unit, attribute.Meaning, attribute.Better, attribute.Affects, Getter<TRow>(property));
    }

    private static string InWords(string column)
    {
        string? suffix = Array.Find(UnitSuffixes, s => column.EndsWith(s, StringComparison.Ordinal));
        string name = suffix is null || suffix == "_per_s" ? column : column[..^suffix.Length];
        return name.Replace("_p999", "_p99.9", StringComparison.Ordinal).Replace('_', ' ');
    }

    private static Func<TRow, double?> Getter<TRow>(PropertyInfo property)
    {
        MethodInfo get = property.GetMethod!;
        return Type.GetTypeCode(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            TypeCode.Double => Typed<double>(v => v),
            TypeCode.Int64 => Typed<long>(v => v),
            TypeCode.Int32 => Typed<int>(v => v),
            _ => throw new NotSupportedException($"{property.DeclaringType}.{property.Name}: a metric is a number, not {property.PropertyType}"),
        };

        Func<TRow, double?> Typed<T>(Func<T, double> number)
            where T : struct
        {
            if (property.PropertyType == typeof(T))
            {
                Func<TRow, T> always = get.CreateDelegate<Func<TRow, T>>();
                return row => number(always(row));
            }

            Func<TRow, T?> maybe = get.CreateDelegate<Func<TRow, T?>>();
            return row => maybe(row) is T value ? number(value) : null;
        }
    }

    /// <summary>Made when first asked for: whoever asks for the metrics of one row is not led through those of all, and back to its own.</summary>
    private static class OfTables
    {
        public static readonly IReadOnlyList<Metric> All = [.. Tables.All.SelectMany(table => table.Metrics)];
    }

    private static class OfRow<TRow>
        where TRow : IRow
    {
        public static readonly IReadOnlyList<Metric<TRow>> All =
        [
            .. from property in RowColumns.Properties(typeof(TRow))
               let attribute = property.GetCustomAttribute<MetricAttribute>()
               where attribute is not null
               select Create<TRow>(property, attribute),
        ];
    }
}

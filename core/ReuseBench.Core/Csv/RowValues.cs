using System.Reflection;
using ReuseBench.Core.Results;

namespace ReuseBench.Core.Csv;

/// <summary>What no row of a run can hold, whatever its columns: a number that is none, and a negative count.</summary>
internal static class RowValues<T>
    where T : IRow
{
    private static readonly (string Column, Func<T, double?> Value)[] Numbers =
        [.. Getters<double>(v => v), .. Getters<double?>(v => v)];

    private static readonly (string Column, Func<T, double?> Value)[] Counts =
        [.. Getters<int>(v => v), .. Getters<int?>(v => v), .. Getters<long>(v => v), .. Getters<long?>(v => v)];

    /// <returns>The first column that holds nonsense, and what; null where none does.</returns>
    public static string? FirstNonsense(T row)
    {
        foreach ((string column, Func<T, double?> value) in Numbers)
        {
            if (value(row) is double number && !double.IsFinite(number))
            {
                return $"{column}: {number} is no measurement";
            }
        }

        foreach ((string column, Func<T, double?> value) in Counts)
        {
            if (value(row) is < 0)
            {
                return $"{column}: {value(row)} is below 0";
            }
        }

        return null;
    }

    private static IEnumerable<(string Column, Func<T, double?> Value)> Getters<TValue>(Func<TValue, double?> toNumber) =>
        from property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.PropertyType == typeof(TValue) && property.GetMethod is { IsStatic: false }
        let get = property.GetMethod!.CreateDelegate<Func<T, TValue>>()
        select (ColumnNames.Of(property.Name), (Func<T, double?>)(row => toNumber(get(row))));
}

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

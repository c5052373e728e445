namespace ReuseBench.Core.Results;

/// <summary>A row of one of the run folder's tables. The property names in snake_case are the column names.</summary>
public interface IRow
{
    int SchemaVersion { get; }

    string RunId { get; }
}

/// <summary>The version that every row carries; raised when a column changes its meaning or goes.</summary>
public static class Schema
{
    public const int Version = 1;
}

/// <summary>A row that belongs to one repeat of one cell.</summary>
public interface IRepeatRow : IRow
{
    string CellId { get; }

    int Repeat { get; }
}

namespace ReuseBench.Core.Csv;

/// <summary>How a row is read from a table of an older version.</summary>
/// <typeparam name="TRow">The row as it is now.</typeparam>
public class Upgrade<TRow>
{
    /// <summary>Columns that have another name now, by the old one.</summary>
    public virtual string NewName(string column) => column;

    /// <summary>A value as it is spelt now.</summary>
    /// <param name="column">Its present name.</param>
    /// <param name="text">As it was written.</param>
    public virtual string NewValue(string column, string text) => text;

    /// <summary>What one column became several of, or several one; asked after the columns that are still there were read.</summary>
    /// <param name="row">May be changed or replaced.</param>
    /// <param name="old">The text of an old column; empty where it is not there.</param>
    /// <exception cref="UsageException">The old values make no row.</exception>
    /// <exception cref="FormatException">Likewise.</exception>
    public virtual TRow Complete(TRow row, Func<string, string> old) => row;
}

namespace ReuseBench.LoadGen.Drivers;

/// <summary>How one request ended.</summary>
/// <param name="Status">Of the answer; 0 where there was none.</param>
/// <param name="Bytes">Received, head and body.</param>
/// <param name="Failure">Name of the errno, <c>timeout</c>, <c>protocol</c> …; null where an answer came.</param>
public readonly record struct Exchange(int Status, int Bytes, string? Failure)
{
    /// <summary>An answer with a status of 2xx.</summary>
    public bool IsOk => Failure is null && Status is >= 200 and < 300;
}

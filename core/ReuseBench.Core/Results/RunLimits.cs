namespace ReuseBench.Core.Results;

/// <summary>How large a run may be: what is beyond would outgrow any patience, and the memory of who plans or reads it.</summary>
public static class RunLimits
{
    /// <summary>Cells of a matrix.</summary>
    public const int Cells = 100_000;

    /// <summary>Repeats of a cell that a matrix or the command line may ask for.</summary>
    public const int Repeats = 1000;

    /// <summary>Repeats of all cells together. At the shortest cells of a third of a second these are four days.</summary>
    public const int Measurements = 1_000_000;
}

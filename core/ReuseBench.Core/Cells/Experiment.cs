namespace ReuseBench.Core.Cells;

/// <summary>
/// What a cell is run for; decides who measures it and which topic of the report shows it. Known by its name only: a new experiment registers itself
/// where it is measured, and nothing here changes.
/// </summary>
/// <param name="Name">As in a matrix, kebab-case.</param>
public readonly record struct Experiment(string Name)
{
    /// <summary>Closed loop: how much the server carries.</summary>
    public static Experiment Throughput { get; } = new("throughput");

    /// <summary>Open loop: the latency tail at a fixed arrival rate.</summary>
    public static Experiment Latency { get; } = new("latency");

    /// <summary>What a restart costs.</summary>
    public static Experiment Restart { get; } = new("restart");

    /// <summary>Who gets the connections.</summary>
    public static Experiment Fairness { get; } = new("fairness");

    /// <summary>Whether a tuple keeps its listener when the group changes.</summary>
    public static Experiment Affinity { get; } = new("affinity");

    /// <summary>How many connections wait behind one listener that does not accept.</summary>
    public static Experiment Stall { get; } = new("stall");

    /// <summary>Native and NBomber driver at the same moderate rate.</summary>
    public static Experiment DriverCheck { get; } = new("driver-check");

    /// <exception cref="UsageException">Not a name: lower-case letters, digits and dashes. Whether it is registered is for its registry to
    /// say.</exception>
    public static Experiment Parse(string text, string what) =>
        text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? new Experiment(text)
            : throw new UsageException($"{what}: '{text}' is not the name of an experiment; use lower-case letters, digits and dashes");

    public override string ToString() => Name;
}

using System.Globalization;

namespace ReuseBench.Core.Wire;

/// <summary>What the micro-benchmarks say on standard error when a round of them begins.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Rounds">In all.</param>
public readonly record struct MicroRound(int Number, int Rounds)
{
    private const string Prefix = "ROUND ";

    public static string Say(int number, int rounds) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}/{rounds}");

    /// <returns>Null for any other line.</returns>
    public static MicroRound? Read(string? line)
    {
        if (line is null || !line.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = line[Prefix.Length..].Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int rounds)
            ? new MicroRound(number, rounds)
            : null;
    }
}

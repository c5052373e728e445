namespace ReuseBench.Core.Statistics.Blocks;

/// <summary>
/// By how many tests an error rate is divided where some of them cannot reach their part however the data come out: those are not counted, and nothing is
/// said of them (Tarone, Biometrics 46, 1990).
/// </summary>
public static class Tarone
{
    /// <summary>The least number by which the rate can be divided so that no more tests can reach their part; at least 1.</summary>
    /// <param name="smallest">The least p-value of each test.</param>
    /// <param name="alpha">Error rate of all together.</param>
    public static int Counted(IReadOnlyCollection<double> smallest, double alpha)
    {
        int parts = 1;
        while (smallest.Count(p => p <= alpha / parts) > parts)
        {
            parts++;
        }

        return parts;
    }
}

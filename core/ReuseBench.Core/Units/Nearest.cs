namespace ReuseBench.Core.Units;

/// <summary>What somebody who mistyped a name may have meant.</summary>
public static class Nearest
{
    /// <returns>The name that fewest changed, missing, added or swapped letters lead to; null where a third of the letters or more would have
    /// to change.</returns>
    public static string? Of(string typed, IEnumerable<string> names)
    {
        (string Name, int Distance)[] all = [.. names.Select(n => (n, Distance(typed, n))).OrderBy(p => p.Item2).ThenBy(p => p.n, StringComparer.Ordinal)];
        return all.Length > 0 && all[0].Distance <= Math.Max(1, (typed.Length - 1) / 3) ? all[0].Name : null;
    }

    /// <summary>Optimal string alignment (Damerau and Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}

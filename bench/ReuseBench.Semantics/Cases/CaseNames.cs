using ReuseBench.Core;

namespace ReuseBench.Semantics.Cases;

/// <summary>Finds a case by its name, and the nearest ones where there is none of that name.</summary>
public sealed class CaseNames
{
    private const int Suggestions = 5;

    /// <summary>Characters that a part may differ in and still be meant.</summary>
    private const int Slip = 2;

    private readonly Dictionary<string, SemanticCase> _byName;

    public CaseNames(IEnumerable<SemanticCase> cases) => _byName = cases.ToDictionary(c => c.Name, StringComparer.Ordinal);

    /// <exception cref="UsageException">No such case; the message names the nearest.</exception>
    public SemanticCase Find(string name) =>
        _byName.TryGetValue(name, out SemanticCase? found)
            ? found
            : throw new UsageException(
                $"no case '{name}'; the nearest are {string.Join(", ", Nearest(name))}; --list names all {_byName.Count}");

    private IEnumerable<string> Nearest(string name) =>
        _byName.Keys.OrderBy(n => PartsMissing(n, name)).ThenBy(n => Levenshtein(n, name)).ThenBy(n => n, StringComparer.Ordinal).Take(Suggestions);

    /// <summary>
    /// Parts of what was asked for that a name lacks, but for a slip: a name that has all of them is nearer than a short one that has none,
    /// however few characters would have to change.
    /// </summary>
    private static int PartsMissing(string name, string asked)
    {
        string[] parts = Parts(name);
        return Parts(asked).Count(part => !parts.Any(p => Levenshtein(p, part) <= Slip));
    }

    private static string[] Parts(string name) => name.Split(['/', '+'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The number of characters to insert, delete or replace.</summary>
    /// <seealso href="https://en.wikipedia.org/wiki/Levenshtein_distance"/>
    internal static int Levenshtein(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        int[] current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}

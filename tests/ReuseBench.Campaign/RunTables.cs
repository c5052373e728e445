using System.Globalization;
using System.Text;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;

namespace ReuseBench.Campaign;

/// <summary>A repeat of a cell.</summary>
internal readonly record struct RepeatKey(string CellId, int Repeat);

/// <summary>
/// The tables of a run folder as they lie on disk, line by line: whatever a repeat left must be there, once, and unchanged, to the end of the run. But for
/// its verdict: that is looked at again over all repeats, whenever a session comes to an orderly end.
/// </summary>
internal sealed class RunTables
{
    private const string Verdict = "verdict";

    private static readonly ITable[] OfRepeats = [.. Tables.All.Where(t => t.IsOfRepeats)];

    private readonly Dictionary<RepeatKey, List<string>> _lines = [];
    private readonly HashSet<RepeatKey> _sealed = [];

    private RunTables()
    {
    }

    /// <summary>Rows with a key that an earlier row has.</summary>
    public int Doubled { get; private set; }

    /// <summary>Rows of repeats that no row of results.csv seals, and lines without an end.</summary>
    public int Torn { get; private set; }

    /// <summary>Measured to their end.</summary>
    public IReadOnlySet<RepeatKey> Sealed => _sealed;

    /// <param name="folder">Of a run; tables that are not there yet are empty.</param>
    public static RunTables Read(string folder)
    {
        RunTables tables = new();
        if (File.Exists(Path.Combine(folder, Tables.Results.FileName)))
        {
            tables._sealed.UnionWith(InterruptedRows.Measured(folder).Select(m => new RepeatKey(m.CellId, m.Repeat)));
        }

        foreach (ITable table in OfRepeats.Where(t => File.Exists(Path.Combine(folder, t.FileName))))
        {
            tables.Take(table, File.ReadAllText(Path.Combine(folder, table.FileName)));
        }

        return tables;
    }

    /// <summary>Repeats of an earlier reading that are gone, or no longer what they were.</summary>
    public IEnumerable<RepeatKey> LostSince(RunTables earlier) =>
        earlier._sealed.Where(key => !_sealed.Contains(key) || !earlier._lines[key].Order().SequenceEqual(_lines[key].Order()));

    /// <summary>What killed programs have left beside the tables.</summary>
    public static IEnumerable<string> DraftsIn(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => WholeFile.IsDraft(path) || Path.GetFileName(path).StartsWith('.'));

    private void Take(ITable table, string text)
    {
        string[] lines = text.Split('\n');
        if (lines[^1].Length > 0)
        {
            Torn++;
        }

        string[] header = lines.Length > 1 ? Fields(lines[0]) : [];
        int[] keys = [.. table.Keys.Select(key => Array.IndexOf(header, key))];
        HashSet<string> seen = [];
        foreach (string line in lines.Skip(1).SkipLast(1))
        {
            string[] fields = Fields(line);
            RepeatKey repeat = new(fields[keys[0]], int.Parse(fields[keys[1]], CultureInfo.InvariantCulture));
            Doubled += seen.Add(string.Join('\n', keys.Select(k => fields[k]))) ? 0 : 1;
            Torn += _sealed.Contains(repeat) ? 0 : 1;
            if (!_lines.TryGetValue(repeat, out List<string>? known))
            {
                _lines[repeat] = known = [];
            }

            known.Add($"{table.FileName}: {string.Join('\n', fields.Where((_, column) => !header[column].StartsWith(Verdict, StringComparison.Ordinal)))}");
        }
    }

    /// <summary>A line of CSV: a field in quotes may hold commas. The quotes themselves are left out, which no key has.</summary>
    private static string[] Fields(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}

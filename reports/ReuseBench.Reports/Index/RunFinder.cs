using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Index;

/// <summary>A folder that is left out of an index.</summary>
/// <param name="Path">Relative to the index, with forward slashes.</param>
/// <param name="Reason">One line.</param>
internal sealed record LeftOutFolder(string Path, string Reason);

/// <summary>Finds the folders of runs below a folder.</summary>
internal static class RunFinder
{
    /// <summary>Folders of runs lie in results, or in folders of them; no run lies within another.</summary>
    private const int MostLevels = 3;

    /// <summary>Folders that are looked into; a tree of any size ends the search.</summary>
    private const int MostFolders = 20_000;

    /// <param name="index">The folder of the index.</param>
    /// <returns>Paths relative to it, in their order; and the folders directly in it that hold no run.</returns>
    public static (IReadOnlyList<string> Runs, IReadOnlyList<LeftOutFolder> LeftOut) Find(string index)
    {
        List<string> runs = [];
        List<LeftOutFolder> leftOut = [];
        int looked = 0;
        foreach (string folder in Below(index, leftOut, index))
        {
            int before = runs.Count + leftOut.Count;
            Search(index, folder, MostLevels - 1, runs, leftOut, ref looked);
            if (runs.Count + leftOut.Count == before && looked < MostFolders)
            {
                leftOut.Add(new LeftOutFolder(Relative(index, folder), $"no run: neither {RunFiles.Manifest} nor {Tables.Results.FileName} is there"));
            }
        }

        if (looked >= MostFolders)
        {
            leftOut.Add(new LeftOutFolder(".", $"more than {MostFolders} folders: the others were not looked into"));
        }

        return (runs, leftOut);
    }

    private static void Search(string index, string folder, int levels, List<string> runs, List<LeftOutFolder> leftOut, ref int looked)
    {
        looked++;
        if (File.Exists(Path.Combine(folder, RunFiles.Manifest)) || File.Exists(Path.Combine(folder, Tables.Results.FileName)))
        {
            runs.Add(Relative(index, folder));
            return;
        }

        foreach (string below in levels == 0 ? [] : Below(folder, leftOut, index))
        {
            if (looked >= MostFolders)
            {
                return;
            }

            Search(index, below, levels - 1, runs, leftOut, ref looked);
        }
    }

    /// <summary>A link could lead anywhere, or round in a circle; a draft is no whole run.</summary>
    private static string[] Below(string folder, List<LeftOutFolder> leftOut, string index)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateDirectories()
                    .Where(d => d.LinkTarget is null && d.Name[0] != '.' && !PublishedRun.IsDraft(d.Name) && d.Name is not (RunFiles.Charts or RunFiles.Logs))
                    .Select(d => d.FullName).Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            leftOut.Add(new LeftOutFolder(Relative(index, folder), "this user may not read it"));
            return [];
        }
    }

    private static string Relative(string index, string folder) =>
        Path.GetRelativePath(index, folder).Replace(Path.DirectorySeparatorChar, '/');
}

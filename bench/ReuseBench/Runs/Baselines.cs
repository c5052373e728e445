using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// Runs that were kept under a name, to be compared with: <c>results/baselines/NAME</c> below the current folder, the tables and <c>run.json</c> alone.
/// </summary>
internal static class Baselines
{
    private const int MaxName = 60;

    private static string Root => Path.GetFullPath(Path.Combine("results", "baselines"));

    /// <exception cref="UsageException">There is none of that name.</exception>
    public static string Find(string name)
    {
        string folder = FolderOf(name);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        string[] known = Directory.Exists(Root)
            ? [.. Directory.GetDirectories(Root).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)]
            : [];
        throw new UsageException(
            $"baseline: there is no '{name}' in {Root}; "
            + (known.Length > 0 ? $"there are {string.Join(", ", known)}" : $"keep one with `compare RUN --keep-as {name}`"));
    }

    /// <summary>Keeps a run; one of that name is replaced whole.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="UsageException">No folder can have that name, or it cannot be written.</exception>
    public static string Keep(string name, string run)
    {
        string folder = FolderOf(name);
        string draft = $"{folder}.{Environment.ProcessId}.new";
        try
        {
            PrivateFolder.Create(draft);
            foreach (string file in Tables.All.Select(t => t.FileName).Append(RunFiles.Manifest).Select(f => Path.Combine(run, f)).Where(File.Exists))
            {
                File.Copy(file, Path.Combine(draft, Path.GetFileName(file)));
            }

            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(draft, folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UsageException.OfHost($"keep-as: {folder} cannot be written ({e.Message}); run from a folder whose results you may write to");
        }
    }

    private static string FolderOf(string name) =>
        name.Length is > 0 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name.Any(char.IsAsciiLetterOrDigit)
            ? Path.Combine(Root, name)
            : throw new UsageException($"baseline: '{TextFromOutside.Clip(name)}' is no name; use up to {MaxName} letters, digits, '-', '_' and '.'");
}

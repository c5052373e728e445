using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Index;

/// <summary>A copy of a run in a folder of static pages, named by the run's id.</summary>
/// <param name="RunId">Also the name of the copy.</param>
/// <param name="Folder">The copy.</param>
public sealed record PublishedRun(string RunId, string Folder)
{
    private const int MaxName = 200;

    /// <summary>Ends of what a copy in progress, and the one that it replaces, are called.</summary>
    private const string New = ".new";
    private const string Old = ".old";

    /// <summary>
    /// Copies the folder of a run into an index; a copy that is there is replaced whole, so that a reader sees the old one or the new one. Links are not
    /// copied, and of a device or a pipe nothing but its name.
    /// </summary>
    /// <param name="run">A folder that <c>run</c> has written.</param>
    /// <param name="index">Made where it is missing.</param>
    /// <param name="log">Gets one line for each link.</param>
    /// <param name="isBrief">
    /// Leaves out what is large and only details the rest: the tables that say so (<see cref="ITable.IsBulk"/>), logs, and what the page holds itself. Links of
    /// the page to what is not there are dropped, whatever the reason.
    /// </param>
    /// <exception cref="UsageException">It is no run that can be published, or the index is part of it or cannot be written.</exception>
    public static PublishedRun Copy(string run, string index, TextWriter log, bool isBrief = false)
    {
        run = Path.TrimEndingDirectorySeparator(Path.GetFullPath(run));
        index = Path.TrimEndingDirectorySeparator(Path.GetFullPath(index));
        RunManifest manifest = RunManifestFile.Read(run);
        string id = manifest.RunId;
        if (!IsName(id))
        {
            throw new UsageException(
                $"publish: {run}: run_id '{TextFromOutside.Clip(id)}' in {RunFiles.Manifest} is no folder name (letters, digits, dot, dash and underscore; not "
                + $"ending in {New} or {Old})");
        }

        if (manifest.Status == RunStatus.Running)
        {
            throw new UsageException(
                $"publish: {run}: the run is still in progress (status running in {RunFiles.Manifest}); publish it when it has ended, or end it with "
                + "run --resume");
        }

        string target = Path.Combine(index, id);
        if (IsWithin(index, run) || IsWithin(run, target))
        {
            throw new UsageException($"publish: {index}: is inside the run folder, or the run is its own copy there; name another folder with --index");
        }

        try
        {
            Replace(run, target, isBrief ? IsKept : _ => true, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UsageException.OfHost($"publish: {target} cannot be written ({e.Message.Split('\n', 2)[0]}); name an index that you may write to");
        }

        return new PublishedRun(id, target);
    }

    /// <summary>Whether a folder of that name is no whole copy.</summary>
    internal static bool IsDraft(string name) =>
        name.EndsWith(New, StringComparison.OrdinalIgnoreCase) || name.EndsWith(Old, StringComparison.OrdinalIgnoreCase);

    /// <summary>What a reader of the page alone may want beside it.</summary>
    private static bool IsKept(string name) => name is not (RunFiles.Charts or RunFiles.Logs or RunFiles.ReportMarkdown or RunFiles.Findings)
        && !Tables.All.Any(t => t.IsBulk && t.FileName == name);

    private static void Replace(string from, string to, Predicate<string> isKept, TextWriter log)
    {
        (string draft, string old) = (to + New, to + Old);
        if (Directory.Exists(old) && !Directory.Exists(to))
        {
            // An earlier copy ended between its two moves.
            Directory.Move(old, to);
        }

        foreach (string left in new[] { draft, old }.Where(Directory.Exists))
        {
            Directory.Delete(left, recursive: true);
        }

        CopyFolder(new DirectoryInfo(from), draft, isKept, log);
        DropDeadLinks(Path.Combine(draft, RunFiles.ReportHtml));
        if (Directory.Exists(to))
        {
            Directory.Move(to, old);
        }

        Directory.Move(draft, to);
        if (Directory.Exists(old))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private static void DropDeadLinks(string page)
    {
        if (!File.Exists(page))
        {
            return;
        }

        string folder = Path.GetDirectoryName(page)!;
        string html = File.ReadAllText(page);
        string mended = PageLinks.DropDead(html, path => Path.Exists(Path.Combine(folder, path)));
        if (mended != html)
        {
            File.WriteAllText(page, mended);
        }
    }

    /// <summary>A link could lead out of the run, or round in a circle; a pipe would never end.</summary>
    /// <param name="from">The folder.</param>
    /// <param name="to">The copy.</param>
    /// <param name="isKept">By the name of what lies in the run folder itself.</param>
    /// <param name="log">Gets one line for each link.</param>
    private static void CopyFolder(DirectoryInfo from, string to, Predicate<string> isKept, TextWriter log)
    {
        Directory.CreateDirectory(to);
        foreach (FileSystemInfo entry in from.EnumerateFileSystemInfos().Where(e => isKept(e.Name)))
        {
            string target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is not null)
            {
                log.WriteLine($"{entry.FullName}: a symbolic link, not copied");
            }
            else if (entry is DirectoryInfo folder)
            {
                CopyFolder(folder, target, _ => true, log);
            }
            else if (RegularFile.LengthOf(entry.FullName) > 0)
            {
                File.Copy(entry.FullName, target);
            }
            else
            {
                File.WriteAllText(target, "");
            }
        }
    }

    private static bool IsName(string id) =>
        id.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(id[0]) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
        && !IsDraft(id);

    private static bool IsWithin(string path, string folder) => $"{path}/".StartsWith($"{folder}/", StringComparison.Ordinal);
}

using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Files;
using ReuseBench.Linux;
using ReuseBench.Reports;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Render;

namespace ReuseBench.Bench.Runs;

/// <summary>Who is told how a run came out, beside the terminal.</summary>
/// <param name="Junit">File for the thresholds as JUnit XML; null for none.</param>
/// <param name="Github">The step of GitHub Actions; null for none.</param>
internal sealed record OutcomeFiles(string? Junit, GithubStep? Github)
{
    public static OutcomeFiles None { get; } = new(null, null);

    /// <param name="junit">File for the thresholds; null for none.</param>
    /// <param name="github">Whether the step of GitHub Actions is told.</param>
    /// <exception cref="UsageException">One of them cannot be written.</exception>
    public static OutcomeFiles Of(string? junit, bool github)
    {
        GithubStep? step = github ? GithubStep.OfEnvironment() : null;
        if (junit is not null)
        {
            RequireFile("junit", junit);

            // A run that is ended leaves none rather than that of the run before.
            Written("junit", junit, () => File.Delete(junit));
        }

        return new OutcomeFiles(junit, step);
    }

    /// <param name="paths">The report.</param>
    /// <param name="cases">What the run was held to.</param>
    /// <exception cref="UsageException">One of them cannot be written any more.</exception>
    public void Write(ReportPaths paths, IReadOnlyList<ThresholdCase> cases)
    {
        if (Junit is not null)
        {
            Written("junit", Junit, () => WholeFile.Replace(
                Path.GetFullPath(Junit), JunitXml.Write(paths.RunId, paths.Manifest?.StartedUtc, paths.Manifest?.WallS ?? 0, cases)));
        }

        Github?.Append(File.ReadAllText(paths.PullRequest));
        foreach (ThresholdCase one in Github is null ? [] : cases.Where(c => c.Standing != ExpectationStanding.Pass))
        {
            Console.Error.WriteLine(GithubStep.Annotation(one));
        }
    }

    /// <exception cref="UsageException">It cannot be written.</exception>
    internal static void Written(string option, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw UsageException.OfHost($"{option}: {TextFromOutside.Clip(path, 200)} cannot be written ({OneLine(e)}); name a file in a folder that you may "
                + "write to");
        }
    }

    private static string OneLine(Exception e) => TextFromOutside.Clip(e.Message.Split('\n', 2)[0], 200);

    private static void RequireFile(string option, string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Directory.Exists(path)
            || Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder))
        {
            throw new UsageException($"{option}: {TextFromOutside.Clip(path, 200)} cannot be written; name a file in a folder that is there");
        }

        if (!FileKind.IsRegularOrNone(path))
        {
            throw new UsageException($"{option}: {TextFromOutside.Clip(path, 200)} is a device or a pipe, and would be replaced; name a regular file");
        }

        try
        {
            FolderChecks.TryWriting(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option}: {TextFromOutside.Clip(path, 200)} cannot be written ({OneLine(e)}); name a file in a folder that you may "
                + "write to");
        }
    }
}

/// <summary>The step of a workflow of GitHub Actions: its summary is a file that the runner names, its annotations are lines that the runner reads.</summary>
/// <param name="SummaryPath">Where Markdown is appended.</param>
internal sealed record GithubStep(string SummaryPath)
{
    public const string Variable = "GITHUB_STEP_SUMMARY";

    /// <exception cref="UsageException">The runner names no file.</exception>
    public static GithubStep OfEnvironment()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            throw new UsageException($"github: {Variable} is not set, so this is no step of GitHub Actions; leave --github out, or set it to a file");
        }

        try
        {
            File.AppendAllText(path, "");
            return new GithubStep(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"github: {TextFromOutside.Clip(path, 200)}, which {Variable} names, cannot be written; set it to a file that can");
        }
    }

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public void Append(string markdown) => OutcomeFiles.Written("github", SummaryPath, () => File.AppendAllText(SummaryPath, markdown + "\n"));

    /// <summary>A line that the runner shows beside the change: an error where a threshold was missed, a warning where it could not be told.</summary>
    public static string Annotation(ThresholdCase one) =>
        $"::{(one.Standing == ExpectationStanding.Fail ? "error" : "warning")} title=reusebench::{Escaped(one.Sentence)}";

    /// <summary>As the runner reads it back (actions/toolkit, command.ts).</summary>
    private static string Escaped(string text) => text.Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}

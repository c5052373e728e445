using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// The sources that this program was built from, for the parts that are built when they are first asked for. Building runs code: the tree is
/// taken where the build recorded it, and only while nobody could have changed it who could not have changed this program as well.
/// </summary>
/// <param name="root">Top of the tree; null where the build recorded none.</param>
/// <param name="trusted">User ids that may own what is built.</param>
internal sealed class SourceTree(string? root, IReadOnlyCollection<uint> trusted)
{
    private const uint Root = 0;
    private const string Solution = "ReuseBench.sln";

    /// <summary>Full path of a project of the tree that this program was built from.</summary>
    /// <param name="option">What the user asked for, for the message.</param>
    /// <param name="project">Relative to the top of the tree.</param>
    /// <param name="wayOut">What else can be done, for the message.</param>
    /// <exception cref="UsageException">The tree is gone, or not to be trusted.</exception>
    public static string Require(string option, string project, string wayOut) => OfThisProgram().Find(project, out string? problem)
        ?? throw UsageException.OfHost($"{option}: built from the sources on demand, and {problem}; run it from a source tree of your own, or {wayOut}");

    /// <summary>Full path of a file of the tree that this program was built from; null where the tree is gone or not to be trusted.</summary>
    /// <param name="file">Relative to the top of the tree.</param>
    public static string? TryFind(string file) => OfThisProgram().Find(file, out _);

    /// <param name="project">Relative to the top of the tree.</param>
    /// <param name="problem">Why there is none.</param>
    /// <returns>Its full path; null where there is none that can be trusted.</returns>
    public string? Find(string project, out string? problem)
    {
        string? path = root is null ? null : Path.Combine(root, project);
        if (path is null || !File.Exists(path) || !File.Exists(Path.Combine(root!, Solution)))
        {
            problem = root is null ? "this program is a package without its sources" : "the tree that this program was built from is not there";
            return null;
        }

        problem = PathsTo(path).Select(Distrust).FirstOrDefault(p => p is not null);
        return problem is null ? path : null;
    }

    private static SourceTree OfThisProgram()
    {
        string? recorded = typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "SourceRoot")?.Value;
        return new SourceTree(recorded, [Root, UserIds.Effective(), FileOwner.Of(ProgramFile.Path).UserId]);
    }

    /// <summary>Everything within the tree that decides what the build does: the files of the top and the folders down to the project.</summary>
    private IEnumerable<string> PathsTo(string project)
    {
        foreach (string file in Directory.EnumerateFiles(root!))
        {
            yield return file;
        }

        string top = Path.GetFullPath(root!).TrimEnd('/');
        for (string path = Path.GetFullPath(project); path.Length >= top.Length; path = Path.GetDirectoryName(path)!)
        {
            yield return path;
        }
    }

    private string? Distrust(string path)
    {
        FileOwner owner = FileOwner.Of(path);
        return !trusted.Contains(owner.UserId) ? $"{path} belongs to another user (id {owner.UserId})"
            : owner.WritableByOthers && new FileInfo(path).LinkTarget is null ? $"anybody may write to {path}"
            : null;
    }
}

/// <summary>What became of a build.</summary>
/// <param name="TargetPath">The assembly; null where the build failed.</param>
/// <param name="Messages">What it had to say, for the case that it failed.</param>
internal sealed record BuildOutcome(string? TargetPath, IReadOnlyList<string> Messages)
{
    /// <summary>The first error, without the path of the project; or what comes nearest.</summary>
    public string FirstError =>
        Messages.Select(m => m.Split(": error ", 2)).FirstOrDefault(parts => parts.Length == 2)?[1].Split(" [", 2)[0].Trim()
        ?? Messages.LastOrDefault(m => !string.IsNullOrWhiteSpace(m))?.Trim() ?? "it said nothing";
}

/// <summary>Builds a project of the source tree in Release.</summary>
internal static class ProjectBuild
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <param name="project">Full path.</param>
    public static BuildOutcome Run(string project)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            // Where global.json is looked for.
            WorkingDirectory = Path.GetDirectoryName(project)!,
        };
        // No build server may stay behind: the next thing that happens is a measurement.
        string[] arguments =
        [
            "build", project, "--configuration", "Release", "--nologo", "--verbosity", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false",
            "-target:Build", "-getProperty:TargetPath",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            return Run(start);
        }
        catch (Win32Exception)
        {
            return new BuildOutcome(null, ["no .NET SDK was found to build it with; put dotnet on PATH"]);
        }
    }

    private static BuildOutcome Run(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            return new BuildOutcome(null, [$"the build did not end within {Limit.TotalMinutes:0} minutes and was ended"]);
        }

        string path = output.Result.Trim();
        return process.ExitCode == 0 && File.Exists(path)
            ? new BuildOutcome(path, [])
            : new BuildOutcome(null, [.. (output.Result + "\n" + errors.Result).Split('\n')]);
    }
}

/// <summary>The file that holds this program.</summary>
internal static class ProgramFile
{
    /// <summary>Full path of its assembly; null where that is part of a program that is published as one file.</summary>
    public static string? Assembly { get; } = PathOf(typeof(ProgramFile).Assembly);

    /// <summary>Full path of what has to be changed to change the program.</summary>
    public static string Path => Assembly ?? Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown");

    /// <param name="assembly">Of this program or another.</param>
    /// <returns>Full path; null where it has no file of its own.</returns>
    public static string? PathOf(Assembly assembly)
    {
        // That the path may be empty is what is asked.
#pragma warning disable IL3000
        return assembly.Location is { Length: > 0 } path ? path : null;
#pragma warning restore IL3000
    }
}

/// <summary>How to start this program again in another role.</summary>
internal static class SelfExecutable
{
    private const string Dotnet = "dotnet";

    /// <summary>
    /// The program and the arguments that come before the role: the native host, the one file that it is published as, what <c>dotnet tool install</c>
    /// made to start it, or <c>dotnet reusebench.dll</c>.
    /// </summary>
    public static string[] Find() => Find(ProgramFile.Assembly, Environment.ProcessPath, File.Exists);

    /// <param name="assembly">As <see cref="ProgramFile.Assembly"/>.</param>
    /// <param name="process">Full path of the program that runs.</param>
    /// <param name="exists">Whether there is such a file.</param>
    internal static string[] Find(string? assembly, string? process, Func<string, bool> exists)
    {
        if (assembly is null)
        {
            return [process ?? throw new InvalidOperationException("the path of this program is unknown")];
        }

        string host = Path.ChangeExtension(assembly, null);
        if (exists(host))
        {
            return [host];
        }

        // A tool of dotnet lies in a store without a host; what is on PATH has its name, and knows the way there.
        string? running = Path.GetFileName(process);
        return running == Path.GetFileName(host) ? [process!] : [running == Dotnet ? process! : Dotnet, assembly];
    }

    /// <summary>The same and the role.</summary>
    public static string[] InRole(string role) => [.. Find(), role];
}

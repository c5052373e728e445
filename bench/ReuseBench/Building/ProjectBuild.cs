using System.ComponentModel;
using System.Diagnostics;

namespace ReuseBench.Bench.Building;

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

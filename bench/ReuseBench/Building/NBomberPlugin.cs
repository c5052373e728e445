using ReuseBench.Core;

namespace ReuseBench.Bench.Building;

/// <summary>The NBomber driver, which is built when it is first asked for, because not every feed carries NBomber.</summary>
internal static class NBomberPlugin
{
    private const string Project = "loadgen/ReuseBench.LoadGen.NBomber/ReuseBench.LoadGen.NBomber.csproj";

    /// <returns>Full path of its assembly.</returns>
    /// <exception cref="UsageException">It cannot be built here: one line with the reason and the way out.</exception>
    public static string Build()
    {
        string project = SourceTree.Require("driver", Project, "use --driver native, which needs nothing");
        BuildOutcome outcome = ProjectBuild.Run(project);
        return outcome.TargetPath ?? throw new UsageException(
            $"driver: nbomber cannot be built here ({outcome.FirstError}); to get it, add a package source that carries NBomber "
            + "(dotnet nuget add source https://api.nuget.org/v3/index.json) or set NBomberVersion to one that yours has; --driver native needs nothing");
    }
}

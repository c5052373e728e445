using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace ReuseBench.Servers.Tests;

/// <summary>The tests; or, with <c>serve</c> as the first argument, the server process that a test starts.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args switch
    {
        ["serve", .. string[] options] => ServeRole.Run(options),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(args),
    };
}

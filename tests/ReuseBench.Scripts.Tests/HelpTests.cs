namespace ReuseBench.Scripts.Tests;

public sealed class HelpHostedTests() : HelpTests(Engine.Hosted);

public sealed class HelpPwshTests() : HelpTests(Engine.Pwsh)
{
    public static TheoryData<string, string[]> Scripts => new()
    {
        { "run.ps1", ["--matrix full", "--help", "exit code"] },
        { "scripts/lab-prepare.ps1", ["-Restore", "-StateFile", "-HostRoot", "-WhatIf"] },
        { "scripts/lab-namespaces.ps1", ["-Prefix", "-Clients", "-AddressesPerClient", "-Remove", "-WhatIf"] },
        { "scripts/publish-run.ps1", ["-Run", "-Index", "-WhatIf"] },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Get_Help_tells_of_every_argument(string script, string[] told)
    {
        Finished help = await Commands.Run(Engine.Pwsh.Session($"Get-Help '{SourceTree.PathOf(script)}' -Full; $global:LASTEXITCODE = 0"));
        help.IsSuccess();
        // Get-Help breaks its lines in the middle of words.
        string text = help.Output.Replace("\n    ", "", StringComparison.Ordinal);
        Assert.All(told, word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.Contains("EXAMPLE 1", text, StringComparison.Ordinal);
    }
}

public abstract class HelpTests(Engine engine)
{
    [Fact]
    public async Task A_question_mark_shows_the_help_and_starts_nothing()
    {
        using var dotnet = new FakeDotnet();
        Finished run = await dotnet.Run(engine.File("run.ps1", "-?"));
        Assert.Contains("Builds ReuseBench and runs a matrix.", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.False(dotnet.WasCalled);
    }
}

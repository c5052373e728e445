using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(ReuseBench.Browser.Tests.Chromium))]

namespace ReuseBench.Browser.Tests;

/// <summary>Debian's chromium, driven by the driver that the package brings: nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Path = "/usr/bin/chromium";

    /// <summary>A browser that starts on a busy host takes its time; one that hangs is not waited for.</summary>
    private const float StartLimitMs = 120_000;

    private IPlaywright? _playwright;

    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Path))
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox"], Timeout = StartLimitMs });
        }
    }

    /// <summary>A window of its own, with nothing kept from others; the test is skipped where there is no browser.</summary>
    public async Task<IBrowserContext> NewWindow(BrowserNewContextOptions options)
    {
        Assert.SkipWhen(_browser is null, "no browser on this host: install the package chromium");
        return await _browser!.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

using Microsoft.Playwright;

namespace ReuseBench.Browser.Tests;

/// <summary>A report in a window of the browser, which notes every request and every complaint of the page.</summary>
internal sealed class OpenReport : IAsyncDisposable
{
    public const int PhoneWidth = 390;

    /// <summary>For a page that is opened, drawn or clicked on while others have the CPUs.</summary>
    private const float LimitMs = 120_000;

    private readonly IBrowserContext _window;

    private readonly List<string> _complaints = [];

    private OpenReport(IBrowserContext window, IPage page)
    {
        _window = window;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, uncaught exceptions, dialogs, and requests for anything but the report.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <param name="chromium">The browser.</param>
    /// <param name="file">Path of the report.</param>
    /// <param name="width">Of the window, in px.</param>
    /// <param name="dark">What the system says about colours.</param>
    /// <param name="script">Whether the browser runs scripts.</param>
    public static async Task<OpenReport> At(Chromium chromium, string file, int width = 1280, bool dark = false, bool script = true)
    {
        IBrowserContext window = await chromium.NewWindow(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        window.SetDefaultTimeout(LimitMs);
        OpenReport report = new(window, await window.NewPageAsync());
        string address = new Uri(file).AbsoluteUri;
        report.Page.Request += (_, request) =>
        {
            if (request.Url != address && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                report._complaints.Add($"request for {request.Url}");
            }
        };
        report.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                report._complaints.Add($"console: {message.Text}");
            }
        };
        report.Page.PageError += (_, error) => report._complaints.Add($"uncaught: {error}");
        report.Page.Dialog += (_, dialog) =>
        {
            report._complaints.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        await report.Page.GotoAsync(address);
        return report;
    }

    /// <summary>The texts of a column, top down, of the rows that are shown.</summary>
    public Task<string[]> Column(string caption, int column) => Page.EvaluateAsync<string[]>(
        """
        ([caption, column]) => {
          const named = [...document.querySelectorAll('.caption')].find(c => c.textContent === caption);
          const rows = [...document.querySelector(`[aria-labelledby="${named.id}"]`).querySelectorAll('tbody tr')];
          return rows.filter(r => !r.hidden).map(r => r.cells[column].textContent);
        }
        """,
        new object[] { caption, column });

    /// <summary>The box that holds the table of that caption.</summary>
    public ILocator Table(string caption) => Page.GetByRole(AriaRole.Region, new() { Name = caption, Exact = true });

    public async ValueTask DisposeAsync() => await _window.DisposeAsync();
}

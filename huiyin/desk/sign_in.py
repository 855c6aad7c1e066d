"""Signing in and out, changing one's password, and being locked out after too many tries."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.desk.doors import DeskRequest, at_desk, page

REFUSED = gettext_lazy(
    "The sign-in name and the password do not belong together, or the account is closed."
)


class SignInForm(AuthenticationForm):
    """Name and password; the same sentence for an unknown name and a wrong password."""

    error_messages = {"invalid_login": REFUSED, "inactive": REFUSED}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("Sign-in name")
        self.fields["password"].label = gettext_lazy("Password")


class PasswordForm(PasswordChangeForm):
    """The old password and the new one twice, asked in the words of the house."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": gettext_lazy("The old password is not right; type it again."),
        "password_mismatch": gettext_lazy("The two new passwords differ; type both again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = gettext_lazy("Old password")
        self.fields["new_password1"].label = gettext_lazy("New password")
        self.fields["new_password2"].label = gettext_lazy("New password once more")


class SignIn(LoginView):
    """Django's own sign-in; a refused form is a 400 as everywhere."""

    template_name = "desk/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show the form again and say that it was not taken."""
        response = super().form_invalid(form)
        response.status_code = 400
        return response


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page=reverse_lazy("desk:sign_in"))


def locked_out(request: HttpRequest, *_axes: object) -> HttpResponse:
    """Say in one sentence why no password helps just now."""
    sentence = _(
        "Too many wrong passwords: this name is locked from this computer for one hour. "
        "If you forgot your password, ask your administrator for a new one."
    )
    facts = {"sentence": sentence, "number": getattr(request, "number", ""), "status": 429}
    return render(request, "problem.html", facts, status=429)


@at_desk
def password(request: DeskRequest) -> HttpResponseBase:
    """Let officials change their own password."""
    view = PasswordChangeView.as_view(
        form_class=PasswordForm,
        template_name="desk/password.html",
        success_url=reverse_lazy("desk:queue"),
    )
    if request.method == "POST":
        form = PasswordForm(request.user, request.POST)
        if not form.is_valid():
            return page(request, "password", {"form": form}, status=400)
        return view(request)
    return page(request, "password", {"form": PasswordForm(request.user)})

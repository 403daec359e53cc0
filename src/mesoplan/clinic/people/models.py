"""Personal accounts, their roles and quick re-entry, and invitations by a one-time link."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes accounts; nobody is an administrator beside the rights of roles."""

    def create_user(
        self, username: str, full_name: str, roles: list[str], password: str | None = None
    ) -> "User":
        """A new account; without a password nobody can sign in to it."""
        user = self.model(username=username, full_name=full_name, roles=roles)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who works in the clinic. Accounts are closed, never deleted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, default="")
    registration = models.CharField(max_length=64, blank=True, default="")
    """Professional registration number, printed beside a signature."""
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    pin = models.CharField(max_length=200, blank=True, default="")
    """Hash of the code that unlocks a session already open; it never opens one."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    def __str__(self) -> str:
        return self.full_name


class Invitation(models.Model):
    """A one-time link that makes an account, kept as a hash; the first makes the owner."""

    token_hash = models.CharField(max_length=64, unique=True)
    roles = models.JSONField(default=list)
    full_name = models.CharField(max_length=120, blank=True, default="")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    """The account whose password the link sets anew; none where it makes an account."""
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
